"""What a rebuild did with each day: made again, up to date, or without any response to make it from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from belib_platform.cli.days import counted


@dataclass(frozen=True)
class Rebuilt:
    """How many of the days asked for were written again, stayed as they were, and have no responses."""

    made_again: int
    up_to_date: int
    without_responses: int

    @classmethod
    def between(
        cls, before: dict[str, datetime], after: dict[str, datetime], asked: Sequence[date], recorded: set[date]
    ) -> "Rebuilt":
        """Compare what was last written of each day, by ISO day, before and after."""
        held = [day.isoformat() for day in asked if day in recorded]
        made = sum(before.get(key) != after.get(key) for key in held)
        return cls(made, len(held) - made, len(asked) - len(held))

    def __str__(self) -> str:
        """One sentence."""
        said = [
            f"{counted(self.made_again)} made again" if self.made_again else "",
            f"{counted(self.up_to_date)} up to date" if self.up_to_date else "",
            f"{counted(self.without_responses)} without responses" if self.without_responses else "",
        ]
        return f"{', '.join(filter(None, said))}."
