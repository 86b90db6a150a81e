"""Write results as CSV or JSON, row by row."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import TextIO

from belib_platform.cli.querying.results import Column, QueryError, Result
from belib_platform.cli.querying.values import Value, as_json, plain

_QUOTE = '"'

_TO_QUOTE = re.compile(r'[",\r\n]|^$')


def write_csv(results: Iterator[Result], file: TextIO) -> None:
    """Write a header and one line per row, like PostgreSQL's COPY; an empty line separates results."""
    is_first = True
    for result in results:
        if not result.columns:
            continue
        if not is_first:
            file.write("\n")
        is_first = False
        file.write(f"{','.join(_cell(column.name) for column in result.columns)}\n")
        file.writelines(f"{','.join(map(_cell, row))}\n" for row in result.rows)


def write_json(results: Iterator[Result], file: TextIO) -> None:
    """Write an array of objects, one per line, for each result. Raises QueryError if column names repeat."""
    for result in results:
        if not result.columns:
            continue
        keys = [json.dumps(name, ensure_ascii=False) for name in _distinct(result.columns)]
        divider = "[\n"
        for row in result.rows:
            pairs = (f"{key}: {as_json(value)}" for key, value in zip(keys, row, strict=True))
            file.write(f"{divider}{{{', '.join(pairs)}}}")
            divider = ",\n"
        file.write("[]\n" if divider == "[\n" else "\n]\n")


def _cell(value: Value) -> str:
    """Null is empty, and an empty text is quoted; the module `csv` of Python 3.11 cannot do this."""
    if value is None:
        return ""
    text = plain(value)
    return f'"{text.replace(_QUOTE, _QUOTE * 2)}"' if _TO_QUOTE.search(text) else text


def _distinct(columns: list[Column]) -> list[str]:
    names = [column.name for column in columns]
    name, count = Counter(names).most_common(1)[0]
    if count > 1:
        raise QueryError(f"{count} columns are named {name!r}, of which JSON could keep only one: rename them with AS.")
    return names
