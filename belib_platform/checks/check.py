"""What a check is: its name, the sentence that is true when it passes, and the function that judges."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import dagster as dg

from belib_platform.checks.finding import Finding


@dataclass(frozen=True)
class Check:
    """One check of an asset, declared beside the function that judges.

    `judge` takes what the checks of its asset judge: a Draft of a table, a Load of an index, what the archive did.
    Whether a false check is an error or a warning is part of its Finding. Only checks of our own work block: nothing is
    written when they are false. What breaks a rule in the data of others is rejected record by record, and a day is
    never lost for one bad response. `plotted` names numbers of the Finding that are the asset's metadata, too, so that
    Dagster's UI draws them over time.
    """

    name: str
    sentence: str
    judge: Callable[[Any], Finding]
    is_blocking: bool = False
    plotted: tuple[str, ...] = ()

    def spec(self, asset: str) -> dg.AssetCheckSpec:
        """Its declaration for Dagster."""
        return dg.AssetCheckSpec(self.name, asset=asset, description=self.sentence, blocking=self.is_blocking)
