"""How fast the stores grow, shown to a person."""

from typing import TYPE_CHECKING

from rich.table import Column, Table

from belib_platform.cli.progress import console

if TYPE_CHECKING:
    from belib_platform.monitoring.growth.measure import Measured

NOTHING = "–"


def show_growth(measured: "Measured") -> None:
    """Print what each store holds and what a day adds, and how long the home's disk lasts."""
    numbers = [Column(name, justify="right") for name in ("rows", "MB", "rows a day", "MB a day")]
    table = Table(
        "store",
        Column("what", overflow="fold"),
        *numbers,
        title="How fast it grows (closed UTC days of the last seven)",
    )
    for growth in measured.growths:
        sizes = (_megabytes(growth.bytes), _count(growth.rows_per_day), _megabytes(growth.bytes_per_day))
        table.add_row(growth.store, growth.name, _count(growth.rows), *sizes)
    console.print(table)
    for store, reason in measured.not_known.items():
        console.print(f"{store} not known: {reason}", highlight=False, markup=False, soft_wrap=True)
    console.print(_disk(measured), highlight=False)


def _disk(measured: "Measured") -> str:
    disk = measured.disk
    free = f"{disk.free_bytes / 1e9:,.1f} of {disk.total_bytes / 1e9:,.1f} GB are free on the home's disk"
    if disk.days_left is None or disk.bytes_per_day is None:
        return f"{free}."
    return f"{free}: {disk.days_left:,.0f} days at {_megabytes(disk.bytes_per_day)} MB a day of what is stored there."


def _count(number: float | None) -> str:
    return NOTHING if number is None else f"{number:,.0f}"


def _megabytes(size: float | None) -> str:
    return NOTHING if size is None else f"{size / 1e6:,.2f}"
