"""Print results as tables."""

import re
from collections.abc import Iterator
from itertools import islice

from rich import box
from rich.console import Console, JustifyMethod
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from belib_platform.cli.querying.results import Result
from belib_platform.cli.querying.values import Value, plain

SHOWN = 1000
"""Maximum number of rows shown, since aligned rows must be in memory."""

WIDEST = 60
"""Width in characters at which a cell wraps."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def show(results: Iterator[Result], console: Console) -> None:
    """Print each result as a table, or row by row if the console is too narrow, then the number of rows."""
    for result in results:
        if not result.columns:
            console.print(result.command, highlight=False, markup=False)
            continue
        rows = list(islice(result.rows, SHOWN))
        table = _table(result, rows)
        needed = Measurement.get(console, console.options.update(width=10**6), table).maximum
        if not console.is_terminal:
            console.width = max(console.width, needed)
        if needed <= console.width:
            console.print(table)
        else:
            _show_rows(result, rows, console)
        console.print(_count(len(rows), sum(1 for _ in result.rows)), highlight=False, markup=False)


def _table(result: Result, rows: list[list[Value]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in result.columns:
        justify: JustifyMethod = "right" if column.is_number else "left"
        table.add_column(_readable(column.name), justify=justify, max_width=WIDEST, overflow="fold")
    for row in rows:
        table.add_row(*map(_cell, row))
    return table


def _show_rows(result: Result, rows: list[list[Value]], console: Console) -> None:
    for number, row in enumerate(rows, start=1):
        table = Table(box=None, show_header=False, pad_edge=False, title=f"row {number}", title_justify="left")
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        for column, value in zip(result.columns, row, strict=True):
            table.add_row(_readable(column.name), _cell(value))
        console.print(table)


def _cell(value: Value) -> Text:
    return Text("null", style="dim") if value is None else _readable(plain(value))


def _readable(text: str) -> Text:
    """The text with escaped control characters."""
    return Text(_CONTROL.sub(lambda found: repr(found.group())[1:-1], text))


def _count(shown: int, left: int) -> str:
    if left:
        return f"{shown + left:,} rows, of which the first {shown:,} are shown. --format csv or json writes all."
    return "1 row" if shown == 1 else f"{shown:,} rows"
