"""A server that imports saved objects as Kibana's API documents it; it keeps what it takes."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Json = dict[str, Any]

REFUSED = {"statusCode": 401, "error": "Unauthorized", "message": "unable to authenticate user [belib]"}
NO_XSRF = {"statusCode": 400, "error": "Bad Request", "message": "Request must contain a kbn-xsrf header."}


@dataclass
class Kibana:
    """Objects by type and id, in the space of its path; it knows only `types`.

    It wants `authorization`, and answers `always`, where these are given.
    """

    path: str = ""
    authorization: str | None = None
    types: frozenset[str] = frozenset({"index-pattern", "dashboard"})
    objects: dict[tuple[str, str], Json] = field(default_factory=dict)
    always: Response | None = None
    url: str = ""

    def take(self, request: Request, body: bytes) -> Response:
        """The answer to an import."""
        if self.always is not None:
            return self.always
        if self.authorization and request.headers.get("authorization") != self.authorization:
            return JSONResponse(REFUSED, 401)
        if "kbn-xsrf" not in request.headers:
            return JSONResponse(NO_XSRF, 400)
        file = _file(request.headers["content-type"], body)
        if not (file.get_filename() or "").endswith(".ndjson"):
            return JSONResponse({"statusCode": 400, "error": "Bad Request", "message": "Invalid file extension"}, 400)
        sent = [json.loads(line) for line in file.get_payload(decode=True).decode().splitlines()]
        is_overwriting = request.query_params.get("overwrite") == "true"
        errors = [error for one in sent if (error := self._error(one, sent, is_overwriting=is_overwriting))]
        wrong = {error["id"] for error in errors}
        taken = [one for one in sent if one["id"] not in wrong]
        self.objects |= {(one["type"], one["id"]): one for one in taken}
        answer: Json = {"successCount": len(taken), "success": not errors, "warnings": []}
        return JSONResponse(answer | ({"errors": errors} if errors else {}))

    def _error(self, one: Json, sent: list[Json], *, is_overwriting: bool) -> Json | None:
        known = {*self.objects, *((other["type"], other["id"]) for other in sent if other["type"] in self.types)}
        missing = [ref for ref in one["references"] if (ref["type"], ref["id"]) not in known]
        if one["type"] not in self.types:
            reason: Json = {"type": "unsupported_type"}
        elif missing:
            reason = {"type": "missing_references", "references": missing}
        elif (one["type"], one["id"]) in self.objects and not is_overwriting:
            reason = {"type": "conflict"}
        else:
            return None
        title = one["attributes"]["title"]
        return {"id": one["id"], "type": one["type"], "title": title, "meta": {"title": title}, "error": reason}


@contextmanager
def serving(kibana: Kibana) -> Iterator[Kibana]:
    """Serve it on 127.0.0.1 while the block runs."""

    async def take(request: Request) -> Response:
        return kibana.take(request, await request.body())

    app = Starlette(routes=[Route(f"{kibana.path}/api/saved_objects/_import", take, methods=["POST"])])
    with socket.create_server(("127.0.0.1", 0)) as listener:
        kibana.url = f"http://127.0.0.1:{listener.getsockname()[1]}{kibana.path}"
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield kibana
        finally:
            server.should_exit = True
            thread.join()


def _file(content_type: str, body: bytes) -> Message:
    form = BytesParser().parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    (file,) = form.get_payload()
    assert isinstance(file, Message)
    assert file.get_param("name", header="content-disposition") == "file"
    return file
