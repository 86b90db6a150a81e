"""A connection to Elasticsearch, opened on first use."""

from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from belib_platform.contracts.contract import Contract, name
from belib_platform.search.errors import in_sentences

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

TIMEOUT_S = 20
EMBEDDED = "osmem"


class Search:
    """The Elasticsearch server at a URL (http or https), which may contain user and password.

    The query `?ca_certs=PATH` names the PEM file of the authority that signed the server's certificate.

    `prefix` is prepended to the name of every index, so that several platforms can share a server. The embedded server
    keeps the newest `embedded_hours` hours of the mart; any other server keeps all hours.
    """

    def __init__(self, url: str, prefix: str = "", embedded_hours: int | None = None) -> None:
        self._url, self.prefix, self._embedded_hours = url, prefix, embedded_hours

    @cached_property
    def client(self) -> "Elasticsearch":
        """The client, imported on first use since the import takes half a second."""
        from elastic_transport.client_utils import DEFAULT
        from elasticsearch import Elasticsearch

        from belib_platform.search.node import PlainJsonNode

        parts = urlsplit(self._url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        credentials = (unquote(parts.username or ""), unquote(parts.password or ""))
        return Elasticsearch(
            f"{parts.scheme}://{_bracketed(parts.hostname or '')}:{port}{parts.path}",
            basic_auth=credentials if parts.username else None,
            ca_certs=parse_qs(parts.query).get("ca_certs", [DEFAULT])[0],
            node_class=PlainJsonNode,
            request_timeout=TIMEOUT_S,
            max_retries=0,
        )

    @cached_property
    def kept_hours(self) -> int | None:
        """Number of the mart's newest hours that are indexed; None means all. Only the in-memory server has a limit.

        Raises SearchError.
        """
        with in_sentences():
            return self._embedded_hours if self.client.info()["cluster_name"] == EMBEDDED else None

    def alias(self, contract: type[Contract]) -> str:
        """The alias under which the documents of a contract are read."""
        return self.prefix + name(contract)

    def close(self) -> None:
        """Close the connections, if there are any."""
        if "client" in vars(self):
            self.client.close()
            del self.client


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
