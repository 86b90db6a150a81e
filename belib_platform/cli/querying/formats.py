"""Answers as CSV and as JSON, written row by row."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import TextIO

from belib_platform.cli.querying.answers import Answer, Column, QueryError
from belib_platform.cli.querying.values import Value, as_json, plain

_QUOTE = '"'

_TO_QUOTE = re.compile(r'[",\r\n]|^$')


def write_csv(answers: Iterator[Answer], file: TextIO) -> None:
    """A line of names and a line a row, as PostgreSQL's COPY writes them; an empty line divides two answers."""
    is_first = True
    for answer in answers:
        if not answer.columns:
            continue
        if not is_first:
            file.write("\n")
        is_first = False
        file.write(f"{','.join(_cell(column.name) for column in answer.columns)}\n")
        file.writelines(f"{','.join(map(_cell, row))}\n" for row in answer.rows)


def write_json(answers: Iterator[Answer], file: TextIO) -> None:
    """An array of objects, one a line, for each answer. Raises QueryError where two columns have one name."""
    for answer in answers:
        if not answer.columns:
            continue
        keys = [json.dumps(name, ensure_ascii=False) for name in _distinct(answer.columns)]
        divider = "[\n"
        for row in answer.rows:
            pairs = (f"{key}: {as_json(value)}" for key, value in zip(keys, row, strict=True))
            file.write(f"{divider}{{{', '.join(pairs)}}}")
            divider = ",\n"
        file.write("[]\n" if divider == "[\n" else "\n]\n")


def _cell(value: Value) -> str:
    """Null is nothing, an empty text is quoted. (The module `csv` of Python 3.11 cannot tell them apart.)"""
    if value is None:
        return ""
    text = plain(value)
    return f'"{text.replace(_QUOTE, _QUOTE * 2)}"' if _TO_QUOTE.search(text) else text


def _distinct(columns: list[Column]) -> list[str]:
    names = [column.name for column in columns]
    name, count = Counter(names).most_common(1)[0]
    if count > 1:
        raise QueryError(f"{count} columns are called {name!r}, of which JSON would keep one: name them apart with AS.")
    return names
