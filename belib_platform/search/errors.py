"""Errors of Elasticsearch, turned into one readable sentence each."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Final

from belib_platform.sources.refusal import quoted

_HTML: Final = re.compile(r"<(!doctype html|html|head|title)\b", re.IGNORECASE)
_TITLE: Final = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)


class SearchError(Exception):
    """An index could not be read or written; the message says why. Other stores are not affected."""

    may_pass = False
    """Whether a retry may succeed."""


class SearchAwayError(SearchError):
    """Elasticsearch does not answer."""

    may_pass = True


class RefusedDocumentsError(SearchError):
    """Elasticsearch rejected some documents, which the message names; it accepted the others."""


@contextmanager
def in_sentences() -> Iterator[None]:
    """Turn the client's errors into SearchError; no message contains a URL with credentials."""
    from elasticsearch import ApiError, ConnectionTimeout, TransportError
    from elasticsearch import ConnectionError as AwayError

    try:
        yield
    except ConnectionTimeout as error:
        raise SearchError(f"Elasticsearch did not answer in time: {error.message}") from None
    except AwayError as error:
        raise SearchAwayError(f"Elasticsearch does not answer: {error.message}") from None
    except TransportError as error:
        raise SearchError(f"Elasticsearch's response could not be read: {_reason(error.message)}") from None
    except ApiError as error:
        raise SearchError(f"Elasticsearch refused with {error.status_code}: {_reason(error.body)}") from None


def _reason(body: object) -> str:
    """The reason of a refusal on one line of limited length: Elasticsearch's, or the title of a proxy's HTML page."""
    error = body.get("error") if isinstance(body, dict) else None
    reason = str(error.get("reason") if isinstance(error, dict) else error or body)
    if not _HTML.search(reason):
        return quoted(reason)
    title = _TITLE.search(reason)
    return quoted(unescape(title[1])) if title else "an HTML page without a title"
