"""Real receivers on 127.0.0.1: a webhook over HTTP and a mail server over SMTP."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from belib_platform.local.ports import LOOPBACK, any_free
from belib_platform_tests.listening import listening

CANARY = "canary4711"


class Webhook(ThreadingHTTPServer):
    """Takes what is posted; `status` says how it answers from now on."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Posted)
        self.status = 200
        self.tried = 0
        self.taken: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        """apprise's URL of it, with secrets in user, path and query."""
        return f"json://user:{CANARY}@127.0.0.1:{self.server_port}/{CANARY}/hook?-token={CANARY}"

    @property
    def titles(self) -> list[str]:
        """Titles of the messages taken."""
        return [message["title"] for message in self.taken]


class _Posted(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server = cast("Webhook", self.server)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server.tried += 1
        if server.status == 200:
            server.taken.append(body)
        self.send_response(server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def webhook() -> Iterator[Webhook]:
    """A webhook for the time of the block."""
    with listening(Webhook()) as server:
        yield server


class Mailbox:
    """Keeps each mail it is sent."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802
        """Take it."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.mails.append(cast("EmailMessage", message_from_bytes(content, policy=policy.default)))
        return "250 taken"

    @property
    def url(self) -> str:
        """apprise's URL of it; a comma belongs to the receivers."""
        return f"mailto://127.0.0.1:{self.port}?from=belib@example.org&to=one@example.org,two@example.org&mode=insecure"


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """A mail server for the time of the block."""
    box = Mailbox(any_free())
    controller = Controller(box, hostname=LOOPBACK, port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
