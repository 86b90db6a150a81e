"""Rules for requests to Dagster's UI: allowed are its own pages, links to it, and programs, on allowed host names.

Browsers state in the headers Origin and Sec-Fetch-Site which page sends a request, and pages cannot change these.
Programs send neither header.
"""

from collections.abc import Set
from typing import NamedTuple

from graphql import GraphQLSyntaxError, OperationDefinitionNode, OperationType, parse
from starlette.requests import HTTPConnection

from belib_platform.hosts import Host, read_host, read_origin

GRAPHQL = "/graphql"

OWN_SITE = {"same-origin", "none"}
"""Values of Sec-Fetch-Site for the UI's own pages, and for a typed URL or a bookmark."""

NO_HOST = "The request must name one host in its Host header."
OTHER_HOST = (
    "Dagster's UI is not available under the host {name}: open it as localhost, or add the host to BELIB_ALLOWED_HOSTS."
)
OTHER_SITE = (
    "A page of another site may only link to Dagster's UI. If this is the UI's own page behind a proxy, the proxy must "
    "forward the Host header unchanged, and BELIB_ALLOWED_HOSTS must contain that host."
)
ACTS_BY_URL = (
    "Send GraphQL in the body of a POST request. The URL of a GET request may contain a query, but no mutation."
)


class Refusal(NamedTuple):
    """The HTTP status and the message for a rejected request."""

    status: int
    sentence: str


def refusal(request: HTTPConnection, allowed_hosts: Set[str]) -> Refusal | None:
    """Why a request or WebSocket is rejected; None if it is allowed. Loopback hosts are always allowed."""
    named = request.headers.getlist("host")
    host = read_host(named[0]) if len(named) == 1 else None
    if host is None:
        return Refusal(400, NO_HOST)
    if not host.is_loopback and host.name not in allowed_hosts:
        return Refusal(421, OTHER_HOST.format(name=host.name))
    if not _is_of_own_origin(request, host) or not (_is_of_own_site(request) or _follows_a_link(request)):
        return Refusal(403, OTHER_SITE)
    if _acts_by_url(request):
        return Refusal(403, ACTS_BY_URL)
    return None


def _is_of_own_origin(request: HTTPConnection, host: Host) -> bool:
    origins = map(read_origin, request.headers.getlist("origin"))
    return all(origin is not None and origin.is_that_of(host) for origin in origins)


def _is_of_own_site(request: HTTPConnection) -> bool:
    return set(request.headers.getlist("sec-fetch-site")) <= OWN_SITE


def _follows_a_link(request: HTTPConnection) -> bool:
    """Whether the browser opens the UI in a tab, so that the linking page cannot read the response."""
    return (
        _method(request) in {"GET", "HEAD"}
        and request.headers.get("sec-fetch-mode") == "navigate"
        and request.headers.get("sec-fetch-dest") == "document"
    )


def _acts_by_url(request: HTTPConnection) -> bool:
    """Whether the URL contains a GraphQL operation, since any page can make a browser open or post to a URL."""
    if not request.scope["path"].endswith(GRAPHQL):
        return False
    queries = request.query_params.getlist("query")
    return bool(queries) if _method(request) == "POST" else any(map(_has_mutation, queries))


def _has_mutation(query: str) -> bool:
    """Whether the query has a mutation; true if it cannot be parsed, since Dagster's parser may still accept it."""
    try:
        definitions = parse(query).definitions
    except GraphQLSyntaxError:
        return True
    return any(d.operation is OperationType.MUTATION for d in definitions if isinstance(d, OperationDefinitionNode))


def _method(request: HTTPConnection) -> str:
    """The HTTP method; a WebSocket begins with GET."""
    method: str = request.scope.get("method", "GET")
    return method
