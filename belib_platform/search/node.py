"""HTTP connection for servers with Elasticsearch's API that refuse its own media type."""

from typing import Any

from elastic_transport import HttpHeaders, NodeConfig, Urllib3HttpNode

NOT_ACCEPTABLE = 406
VENDOR = "application/vnd.elasticsearch+"


class PlainJsonNode(Urllib3HttpNode):
    """Uses the media type `application/json` once a server has refused Elasticsearch's own (status 406).

    The refused request changed nothing, so it is sent again.
    """

    def __init__(self, config: NodeConfig) -> None:
        super().__init__(config)
        self._is_plain = False

    def perform_request(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: HttpHeaders | None = None,
        request_timeout: Any = None,
    ) -> Any:
        """Perform the request; see the parent class."""
        sent = _plain(headers) if self._is_plain else headers
        response = super().perform_request(method, target, body, sent, request_timeout)
        if response.meta.status != NOT_ACCEPTABLE or self._is_plain:
            return response
        self._is_plain = True
        return super().perform_request(method, target, body, _plain(headers), request_timeout)


def _plain(headers: HttpHeaders | None) -> HttpHeaders:
    """Replace `application/vnd.elasticsearch+json; compatible-with=8` by `application/json`."""
    named = {name: str(value) for name, value in (headers or {}).items()}
    return HttpHeaders({name: _without_vendor(value) for name, value in named.items()})


def _without_vendor(value: str) -> str:
    if VENDOR not in value:
        return value
    return ",".join(part.partition(";")[0].replace(VENDOR, "application/") for part in value.split(","))
