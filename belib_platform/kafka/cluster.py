"""Which Kafka is spoken to and how, from the URL in the settings."""

import re
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import SecretStr

ANSWER_S = 5.0
"""How long an answer is awaited before the cluster counts as away."""


class ClusterAwayError(Exception):
    """The cluster does not answer, or not yet; the message says why and may be followed by a full stop."""


class ClusterOptionError(Exception):
    """BELIB_KAFKA_URL has options that the client refuses; the message says why, without their values."""


def client_options(url: SecretStr) -> dict[str, str]:
    """Properties of librdkafka for a URL that the settings take, secrets included.

    A user logs in with SCRAM-SHA-512, which does not send the password, unless the URL's options say otherwise.
    """
    parts = urlsplit(url.get_secret_value())
    login, _, servers = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    protocol = f"{'SASL_' if login else ''}{'SSL' if parts.scheme == 'kafka+ssl' else 'PLAINTEXT'}"
    options = {"bootstrap.servers": unquote(servers), "security.protocol": protocol}
    if login:
        options["sasl.mechanism"] = "SCRAM-SHA-512"
        options |= {"sasl.username": unquote(user), "sasl.password": unquote(password)}
    return options | dict(parse_qsl(parts.query))


def refused_options(options: dict[str, str], reason: str) -> ClusterOptionError:
    """What to raise where the client refuses its options: its reason, without their values."""
    for value in sorted(filter(None, options.values()), key=len, reverse=True):
        reason = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", "***", reason)
    return ClusterOptionError(f"BELIB_KAFKA_URL: Kafka's client refuses its options: {reason.rstrip('.')}.")
