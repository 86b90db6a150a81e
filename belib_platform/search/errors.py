"""What may go wrong between us and Elasticsearch, in sentences."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Final

from belib_platform.sources.refusal import quoted

_HTML: Final = re.compile(r"<(!doctype html|html|head|title)\b", re.IGNORECASE)
_TITLE: Final = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)


class SearchError(Exception):
    """The index could not be made what the table is; the message says why. Nothing else suffers."""

    may_pass = False
    """Whether trying again in a moment may help."""


class SearchAwayError(SearchError):
    """Elasticsearch does not answer."""

    may_pass = True


class RefusedDocumentsError(SearchError):
    """Elasticsearch took some documents and refused others, which are named."""


@contextmanager
def in_sentences() -> Iterator[None]:
    """Turn the client's errors into ours; none shows a URL with its credentials."""
    from elasticsearch import ApiError, ConnectionTimeout, TransportError
    from elasticsearch import ConnectionError as AwayError

    try:
        yield
    except ConnectionTimeout as error:
        raise SearchError(f"Elasticsearch did not answer in time: {error.message}") from None
    except AwayError as error:
        raise SearchAwayError(f"Elasticsearch does not answer: {error.message}") from None
    except TransportError as error:
        raise SearchError(f"Elasticsearch was not understood: {_reason(error.message)}") from None
    except ApiError as error:
        raise SearchError(f"Elasticsearch refused with {error.status_code}: {_reason(error.body)}") from None


def _reason(body: object) -> str:
    """What a refusal says, on one bounded line: Elasticsearch's reason, or the title of a proxy's HTML page."""
    error = body.get("error") if isinstance(body, dict) else None
    said = str(error.get("reason") if isinstance(error, dict) else error or body)
    if not _HTML.search(said):
        return quoted(said)
    title = _TITLE.search(said)
    return quoted(unescape(title[1])) if title else "an HTML page without a title"
