"""How receivers are told: by apprise, within a time, and with nothing logged that tells a URL."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import apprise

from belib_platform.monitoring.alerts.delivery import Outcome
from belib_platform.monitoring.alerts.message import Message
from belib_platform.monitoring.alerts.receivers import Receiver, receivers

TIMEOUT_S = 8.0
"""For one message to one receiver, unless its URL says another."""

TALKATIVE = ("apprise", "urllib3", "urllib3.connectionpool", "urllib3.util.retry", "urllib3.poolmanager")
"""Loggers that tell URLs, with what is secret in them."""


def require_readable(urls: str) -> None:
    """Raise ValueError, which names a URL by its place in the list only, unless apprise can read each."""
    told = receivers(urls)
    for place, receiver in enumerate(told, 1):
        if _plugin(receiver.url) is None:
            raise ValueError(f"should be URLs of apprise; it cannot read number {place} of {len(told)}")


def deliver(receiver: Receiver, message: Message) -> Outcome:
    """Send a message, within about 8 seconds; nothing is raised, since one receiver must not cost the others."""
    kind = apprise.NotifyType.SUCCESS if message.is_good else apprise.NotifyType.WARNING
    sender = apprise.Apprise(_plugin(receiver.url), asset=_asset())
    with _unheard():
        sent = sender.notify(
            body=message.body, title=message.title, notify_type=kind, body_format=apprise.NotifyFormat.TEXT
        )
    if sent:
        return "delivered"
    return "timed out" if sent.status == apprise.AppriseResultStatus.TIMEOUT else "not delivered"


def _plugin(url: str) -> apprise.NotifyBase | None:
    with _unheard():
        plugin = apprise.Apprise.instantiate(url, asset=_asset())
    if plugin is not None and "overflow=" not in url:
        plugin.overflow_mode = apprise.OverflowMode.SPLIT  # who takes short texts only would refuse a long one for ever
    return plugin


def _asset() -> apprise.AppriseAsset:
    return apprise.AppriseAsset(app_id="belib", service_timeout=TIMEOUT_S)


@contextmanager
def _unheard() -> Iterator[None]:
    """What loggers are told of a URL while the block runs is told to nobody."""
    loggers = [logging.getLogger(name) for name in TALKATIVE]
    before = [logger.disabled for logger in loggers]
    for logger in loggers:
        logger.disabled = True
    try:
        yield
    finally:
        for logger, disabled in zip(loggers, before, strict=True):
            logger.disabled = disabled
