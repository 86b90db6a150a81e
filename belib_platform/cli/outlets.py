"""Where the demo's numbers went, shown to a person: indices, files, and what an operator was told."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from rich.panel import Panel
from rich.table import Column, Table

from belib_platform.cli.progress import console

if TYPE_CHECKING:
    from belib_platform.monitoring.alerts.message import Message


def show_alerts(told: Iterable["Message"]) -> None:
    """Each message as a receiver of BELIB_ALERT_URLS would read it, were it not simulated."""
    console.print("[bold]What BELIB_ALERT_URLS would be told[/bold] of the answer that was spoilt on purpose:")
    for message in told:
        style = "green" if message.is_good else "red"
        console.print(
            Panel(message.body, title=f"SIMULATED – {message.title}", border_style=style), highlight=False, markup=False
        )


def show_indices(days: int) -> None:
    """The indices of the server at BELIB_ELASTICSEARCH_URL, which keeps so many days, and how much each holds."""
    from belib_platform.contracts.contract import doc
    from belib_platform.contracts.tables import INDICES
    from belib_platform.resources.elasticsearch import ElasticsearchResource

    search = ElasticsearchResource().search()
    table = Table("index", "documents", "what one is", title=f"Elasticsearch, the last {days} days")
    for contract in INDICES:
        alias = search.alias(contract)
        count = search.client.count(index=alias, ignore_unavailable=True)["count"]
        table.add_row(alias, f"{count:,}", doc(contract).partition(":")[0].removeprefix("One document per "))
    console.print(table)
    search.close()


def show_dashboards() -> None:
    """Whether the dashboards are what Kibana takes and find their fields."""
    from belib_platform.search.kibana.export import DASHBOARDS, FILE
    from belib_platform.search.kibana.validate import validate

    problems = validate(FILE.read_text(encoding="utf-8"))
    titles = ", ".join(dashboard.title for dashboard in DASHBOARDS)
    console.print(f"[bold]Kibana dashboards[/bold]: {titles}; {len(problems)} problems", highlight=False)
    for problem in problems:
        console.print(str(problem), highlight=False, markup=False)


def show_exports(folder: Path) -> None:
    """The files written, and their sizes."""
    table = Table(Column("file", overflow="fold"), "kB", title=str(folder))
    for file in sorted(file for file in folder.rglob("*") if file.is_file()):
        table.add_row(str(file.relative_to(folder)), f"{file.stat().st_size / 1000:,.0f}")
    console.print(table)
