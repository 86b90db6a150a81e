"""What apprise makes of the URLs of receivers, with nothing logged that tells a URL."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import apprise

from belib_platform.receivers import receivers

TIMEOUT_S = 8.0
"""For one message to one receiver, unless its URL says another."""

TALKATIVE = ("apprise", "urllib3", "urllib3.connectionpool", "urllib3.util.retry", "urllib3.poolmanager")
"""Loggers that tell URLs, with what is secret in them."""


def require_readable(urls: str) -> None:
    """Raise ValueError, which names a URL by its place in the list only, unless apprise can read each."""
    told = receivers(urls)
    for place, receiver in enumerate(told, 1):
        if plugin_of(receiver.url) is None:
            raise ValueError(f"should be URLs of apprise; it cannot read number {place} of {len(told)}")


def plugin_of(url: str) -> apprise.NotifyBase | None:
    """What sends to the URL, or None where apprise cannot read it."""
    with unheard():
        plugin = apprise.Apprise.instantiate(url, asset=asset())
    if plugin is not None and "overflow=" not in url:
        plugin.overflow_mode = apprise.OverflowMode.SPLIT  # who takes short texts only would refuse a long one for ever
    return plugin


def asset() -> apprise.AppriseAsset:
    """The sender as receivers know it, and how long it tries."""
    return apprise.AppriseAsset(app_id="belib", service_timeout=TIMEOUT_S)


@contextmanager
def unheard() -> Iterator[None]:
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
