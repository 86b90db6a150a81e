"""Print the demo's indices, dashboards, exported files and alerts."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from rich.panel import Panel
from rich.table import Column, Table

from belib_platform.cli.progress import console

if TYPE_CHECKING:
    from belib_platform.monitoring.alerts.message import Message


def show_alerts(messages: Iterable["Message"]) -> None:
    """Print the messages as a receiver of BELIB_ALERT_URLS would get them."""
    console.print("[bold]Messages to the receivers in BELIB_ALERT_URLS[/bold] about the intentionally bad response:")
    for message in messages:
        style = "green" if message.is_good else "red"
        console.print(
            Panel(message.body, title=f"SIMULATED – {message.title}", border_style=style), highlight=False, markup=False
        )


def show_indices(hours: int) -> None:
    """Print the indices at BELIB_ELASTICSEARCH_URL, which keeps this many hours, with their document counts."""
    from belib_platform.contracts.contract import doc
    from belib_platform.contracts.tables import INDICES
    from belib_platform.resources.elasticsearch import ElasticsearchResource

    search = ElasticsearchResource().search()
    table = Table("index", "documents", "one document per", title=f"Elasticsearch, the last {hours} hours")
    for contract in INDICES:
        alias = search.alias(contract)
        count = search.client.count(index=alias, ignore_unavailable=True)["count"]
        table.add_row(alias, f"{count:,}", doc(contract).partition(":")[0].removeprefix("One document per "))
    console.print(table)
    search.close()


def show_dashboards() -> None:
    """Print the titles of the dashboards, and problems of their validation."""
    from belib_platform.search.kibana.export import DASHBOARDS, FILE
    from belib_platform.search.kibana.validate import validate

    problems = validate(FILE.read_text(encoding="utf-8"))
    titles = ", ".join(dashboard.title for dashboard in DASHBOARDS)
    console.print(f"[bold]Kibana dashboards[/bold]: {titles}; {len(problems)} problems", highlight=False)
    for problem in problems:
        console.print(str(problem), highlight=False, markup=False)


def show_exports(folder: Path) -> None:
    """Print the exported files and their sizes."""
    table = Table(Column("file", overflow="fold"), "kB", title=str(folder))
    for file in sorted(file for file in folder.rglob("*") if file.is_file()):
        table.add_row(str(file.relative_to(folder)), f"{file.stat().st_size / 1000:,.0f}")
    console.print(table)
