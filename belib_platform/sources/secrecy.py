"""API keys in the query of a request: they are sent, but never stored, logged or shown."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote, quote_plus

import httpx
from pydantic import SecretStr

MASK = "*"

SHORTEST = 4
"""Characters; masking shorter values would change unrelated parts of a body."""


@dataclass(frozen=True)
class Secrets:
    """The secret part of a query."""

    params: Mapping[str, SecretStr]

    def __bool__(self) -> bool:
        return bool(self.params)

    def target(self, url: httpx.URL) -> dict[str, Any]:
        """Extensions of a request for `url` that send the whole query; the request and httpx's log show `url` only."""
        if not self.params:
            return {}
        values = {name: secret.get_secret_value() for name, secret in self.params.items()}
        return {"target": url.copy_merge_params(values).raw_path}

    def masked(self, body: bytes) -> bytes:
        """A source's body, its length unchanged, with our secrets masked in every spelling."""
        for spelling in self._spellings():
            body = body.replace(spelling, MASK.encode() * len(spelling))
        return body

    def _spellings(self) -> list[bytes]:
        values = [secret.get_secret_value() for secret in self.params.values()]
        ways = (str, quote, quote_plus, partial(quote, safe=""), lambda value: json.dumps(value)[1:-1])
        spellings = {way(value).encode() for value in values if len(value) >= SHORTEST for way in ways}
        spellings |= {spelling.replace(b"/", rb"\/") for spelling in spellings}  # as PHP writes JSON
        return sorted(spellings, key=len, reverse=True)
