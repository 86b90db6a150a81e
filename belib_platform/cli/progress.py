"""Progress bars for what takes longer than two seconds."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

console = Console()


class Advance(Protocol):
    """Moves a bar on by so many steps; `total` may become known on the way."""

    def __call__(self, steps: int, total: int | None = None) -> None: ...


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Advance]:
    """A bar for the time of the block; what it yields moves it on."""
    columns = (TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bars:
        task = bars.add_task(what, total=total)

        def advance(steps: int, total: int | None = None) -> None:
            bars.update(task, advance=steps, total=total)

        yield advance
        finished = bars.tasks[0].completed
        bars.update(task, total=finished, completed=finished)
