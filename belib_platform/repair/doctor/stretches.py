"""Days as stretches of adjacent ones."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby


def stretches_of(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """First and last of each stretch of adjacent days, oldest first."""
    for _, adjacent in groupby(enumerate(sorted(set(days))), lambda item: item[1] - timedelta(days=item[0])):
        stretch = [day for _, day in adjacent]
        yield stretch[0], stretch[-1]
