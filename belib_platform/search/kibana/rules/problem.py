"""What is wrong with an export."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """A rule, and where it is broken; `field` is the field, reference or attribute in question."""

    rule: str
    dashboard: str
    panel: str = ""
    field: str = ""

    def __str__(self) -> str:
        where = ", ".join(filter(None, [self.dashboard, self.panel and f"panel {self.panel}", self.field]))
        return f"{where}: {self.rule}"
