"""Translate the part of Kibana's query language (KQL) that the dashboards use into an Elasticsearch query:
`field: value`, `field: (a or b)`, `and`, `or`, `not` and brackets."""

import re
from collections.abc import Callable, Iterator

from belib_platform.search.kibana.saved_object import Json

_TOKEN = re.compile(r'\s*(?:(?P<sign>[():])|"(?P<quoted>[^"]*)"|(?P<word>[^\s():"]+))')


class KqlError(ValueError):
    """The query cannot be parsed, or uses unsupported parts of KQL; the message contains it."""


def to_query(kql: str) -> Json:
    """The Elasticsearch query over keyword, number and boolean fields; an empty KQL matches all. Raises KqlError."""
    if not kql.strip():
        return {"match_all": {}}
    reader = _Reader(kql)
    query = reader.either()
    if reader.next is not None:
        raise KqlError(f"The query {kql!r} should end before {reader.next!r}.")
    return query


def fields_of(kql: str) -> list[str]:
    """Names of the fields in a query, each once. Raises KqlError."""
    return list(dict.fromkeys(_fields(to_query(kql))))


def _fields(query: Json) -> Iterator[str]:
    for kind, body in query.items():
        if kind == "match":
            yield from body
        elif kind == "bool":
            for clauses in body.values():
                for clause in clauses if isinstance(clauses, list) else []:
                    yield from _fields(clause)


class _Reader:
    """A recursive-descent parser; `next` is the next token, None at the end."""

    def __init__(self, kql: str) -> None:
        self._kql = kql
        self._tokens = [next(filter(None, match.groups())) for match in _TOKEN.finditer(kql)]
        self._at = 0

    @property
    def next(self) -> str | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def either(self) -> Json:
        return self._joined("or", self._both, "should")

    def _both(self) -> Json:
        return self._joined("and", self._one, "filter")

    def _one(self) -> Json:
        name = self._take()
        if name == "not":
            return {"bool": {"must_not": [self._one()]}}
        if name == "(":
            query = self.either()
            self._take(")")
            return query
        self._take(":")
        if self.next == "(":
            self._take("(")
            query = self._joined("or", lambda: self._match(name), "should")
            self._take(")")
            return query
        return self._match(name)

    def _match(self, field: str) -> Json:
        word = self._take()
        if word in ("(", ")", ":"):
            raise KqlError(f"The query {self._kql!r} lacks a value for {field}.")
        return {"match": {field: {"true": True, "false": False}.get(word, word)}}

    def _joined(self, word: str, part: Callable[[], Json], clause: str) -> Json:
        parts = [part()]
        while self.next == word:
            self._take(word)
            parts.append(part())
        if len(parts) == 1:
            return parts[0]
        return {"bool": {clause: parts} | ({"minimum_should_match": 1} if clause == "should" else {})}

    def _take(self, wanted: str | None = None) -> str:
        token = self.next
        if token is None or wanted not in (None, token):
            raise KqlError(f"The query {self._kql!r} lacks {wanted or 'a value'} before {token or 'its end'!r}.")
        self._at += 1
        return token
