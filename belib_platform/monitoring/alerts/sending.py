"""Deliveries by apprise, within a time limit, with nothing logged that shows a URL."""

import apprise

from belib_platform.apprise_urls import asset, plugin_of, unheard
from belib_platform.monitoring.alerts.message import Message, Outcome
from belib_platform.receivers import Receiver


def deliver(receiver: Receiver, message: Message) -> Outcome:
    """Send a message, within about 8 seconds; nothing is raised, since one receiver must not cost the others."""
    kind = apprise.NotifyType.SUCCESS if message.is_good else apprise.NotifyType.WARNING
    sender = apprise.Apprise(plugin_of(receiver.url), asset=asset())
    with unheard():
        sent = sender.notify(
            body=message.body, title=message.title, notify_type=kind, body_format=apprise.NotifyFormat.TEXT
        )
    if sent:
        return "delivered"
    return "timed out" if sent.status == apprise.AppriseResultStatus.TIMEOUT else "not delivered"
