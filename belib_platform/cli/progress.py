"""Progress bars on the terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

console = Console()


class Advance(Protocol):
    """Advances a progress bar; `total` may become known later."""

    def __call__(self, steps: int, total: int | None = None) -> None: ...


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Advance]:
    """Show a progress bar during the block; yields the function that advances it."""
    columns = (TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bars:
        task = bars.add_task(what, total=total)

        def advance(steps: int, total: int | None = None) -> None:
            bars.update(task, advance=steps, total=total)

        yield advance
        finished = bars.tasks[0].completed
        bars.update(task, total=finished, completed=finished)
