"""Who is told: apprise's URLs, which hold secrets, so that nothing here shows them."""

import hashlib
import logging
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

import apprise

from belib_platform.alerts.message import Message

Outcome = Literal["delivered", "not delivered", "timed out"]

TIMEOUT_S = 8.0
"""For one message to one receiver, whatever its URL says."""

BETWEEN_URLS = re.compile(r"\s+|,(?=[a-zA-Z][a-zA-Z0-9+.-]*://)")
"""White space, or a comma before another scheme; other commas belong to their URL."""

TALKATIVE = ("apprise", "urllib3", "urllib3.connectionpool", "urllib3.util.retry", "urllib3.poolmanager")
"""Loggers that tell URLs, with what is secret in them."""


@dataclass(frozen=True)
class Receiver:
    """One receiver: an id to remember it by and a label for people, neither of which tells its URL."""

    id: str
    label: str
    url: str = field(repr=False)


class UnreadableReceiverError(ValueError):
    """A URL that apprise cannot read; the message names its place in the list only."""


def receivers(urls: str) -> list[Receiver]:
    """The receivers of a list of URLs, each once, in their order. Raises UnreadableReceiverError."""
    pieces = (piece.strip(",") for piece in BETWEEN_URLS.split(urls))
    unique = list(dict.fromkeys(piece for piece in pieces if piece))
    for place, url in enumerate(unique, 1):
        if _plugin(url) is None:
            raise UnreadableReceiverError(f"apprise cannot read URL {place} of {len(unique)}")
    seen: Counter[str] = Counter()
    return [_receiver(place, url, seen) for place, url in enumerate(unique, 1)]


def deliver(receiver: Receiver, message: Message) -> Outcome:
    """Send a message, within about 8 seconds; nothing is raised, since one receiver must not cost the others."""
    kind = apprise.NotifyType.SUCCESS if message.is_good else apprise.NotifyType.WARNING
    with _unheard():
        plugin = _plugin(receiver.url)
        sender = apprise.Apprise(plugin, asset=_asset())
        result = sender.notify(
            body=message.body, title=message.title, notify_type=kind, body_format=apprise.NotifyFormat.TEXT
        )
    if result:
        return "delivered"
    return (
        "timed out" if any(sent.status == apprise.AppriseResultStatus.TIMEOUT for sent in result) else "not delivered"
    )


def _receiver(place: int, url: str, seen: Counter[str]) -> Receiver:
    scheme = url.partition("://")[0].lower()
    # Two bytes find a receiver again in a list; of a password in the URL they tell next to nothing.
    short = f"{scheme}-{hashlib.blake2b(url.encode(), digest_size=2).hexdigest()}"
    seen[short] += 1
    return Receiver(f"{short}-{seen[short]}", f"receiver {place} ({scheme})", url)


def _plugin(url: str) -> apprise.NotifyBase | None:
    with _unheard():
        plugin = apprise.Apprise.instantiate(url, asset=_asset())
    if plugin is not None and "overflow=" not in url:
        plugin.overflow_mode = apprise.OverflowMode.SPLIT  # a service that takes short texts only would refuse for ever
    return plugin


def _asset() -> apprise.AppriseAsset:
    return apprise.AppriseAsset(app_id="belib", service_timeout=TIMEOUT_S)


@contextmanager
def _unheard() -> Iterator[None]:
    """What is logged of a URL while the block runs is logged nowhere."""
    loggers = [logging.getLogger(name) for name in TALKATIVE]
    before = [logger.disabled for logger in loggers]
    for logger in loggers:
        logger.disabled = True
    try:
        yield
    finally:
        for logger, disabled in zip(loggers, before, strict=True):
            logger.disabled = disabled
