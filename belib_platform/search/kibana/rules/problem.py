"""A problem of an export."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """A broken rule and its location; `field` is the field, reference or attribute in question."""

    rule: str
    dashboard: str
    panel: str = ""
    field: str = ""

    def __str__(self) -> str:
        where = ", ".join(filter(None, [self.dashboard, self.panel and f"panel {self.panel}", self.field]))
        return f"{where}: {self.rule}"
