"""What was measured, and the table that shows it."""

import os
import sys
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

console = Console(width=None if sys.stdout.isatty() else 130)

CORES = os.cpu_count() or 1


@dataclass(frozen=True)
class Figure:
    """One measured number, what it should be at most, and what to know about it."""

    what: str
    value: float
    unit: str
    at_most: float | None = None
    remark: str = ""

    @property
    def is_met(self) -> bool:
        return self.at_most is None or self.value <= self.at_most

    @property
    def verdict(self) -> str:
        if self.at_most is None:
            return ""
        return f"≤ {self.at_most:g} " + ("[green]met[/green]" if self.is_met else "[red]missed[/red]")


@dataclass
class Figures:
    """The figures of a session, told as they come."""

    sized: str
    all: list[Figure] = field(default_factory=list)
    load_before: float = field(default_factory=lambda: os.getloadavg()[0])

    def add(self, figure: Figure) -> None:
        self.all.append(figure)
        console.print(f"  {figure.what}: {figure.value:,.2f} {figure.unit}", highlight=False)

    def show(self) -> bool:
        """Print the table; whether every target is met."""
        table = Table("what", "measured", "target", "remark", title=self.sized)
        for figure in self.all:
            table.add_row(figure.what, f"{figure.value:,.2f} {figure.unit}", figure.verdict, figure.remark)
        console.print(table)
        if self.load_before > CORES / 4:
            console.print(
                f"The machine was busy (load {self.load_before:.1f} when it began): it may be faster than this."
            )
        return all(figure.is_met for figure in self.all)
