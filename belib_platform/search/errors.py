"""What may go wrong between us and Elasticsearch, in sentences."""

from collections.abc import Iterator
from contextlib import contextmanager


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
        raise SearchError(f"Elasticsearch was not understood: {error.message}") from None
    except ApiError as error:
        raise SearchError(f"Elasticsearch refused with {error.status_code}: {_reason(error.body)}") from None


def _reason(body: object) -> str:
    error = body.get("error") if isinstance(body, dict) else None
    return str(error.get("reason") if isinstance(error, dict) else error or body)[:500]
