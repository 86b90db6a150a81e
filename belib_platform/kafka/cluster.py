"""Which Kafka is spoken to and how, from the URL in the settings."""

import re
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

from confluent_kafka import KafkaException
from pydantic import SecretStr

ANSWER_S = 5.0
"""How long an answer is awaited before the cluster counts as away."""

UNUSABLE = re.compile(
    r".*_cb|on_delivery|on_commit|logger|default\.topic\.config|delivery\.report\.only\.error|transactional\.id"
)
"""Names of options that are no text in the client, or ask of it what a publisher does not do."""

Client = TypeVar("Client")


class ClusterAwayError(Exception):
    """The cluster does not answer, or not yet; the message says why and may be followed by a full stop."""


class ClusterOptionError(Exception):
    """BELIB_KAFKA_URL has options that the client refuses; the message says why, without their values."""


def client_options(url: SecretStr) -> dict[str, str]:
    """Properties of librdkafka for a URL that the settings take, secrets included.

    A user logs in with SCRAM-SHA-512, which does not send the password, unless the URL's options say otherwise.
    Raises ClusterOptionError for an option that cannot be used from a URL.
    """
    parts = urlsplit(url.get_secret_value())
    login, _, servers = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    protocol = f"{'SASL_' if login else ''}{'SSL' if parts.scheme == 'kafka+ssl' else 'PLAINTEXT'}"
    options = {"bootstrap.servers": unquote(servers), "security.protocol": protocol}
    if login:
        options["sasl.mechanism"] = "SCRAM-SHA-512"
        options |= {"sasl.username": unquote(user), "sasl.password": unquote(password)}
    given = dict(parse_qsl(parts.query))
    for name in given:
        if UNUSABLE.fullmatch(name):
            raise ClusterOptionError(f"BELIB_KAFKA_URL: the option {name} cannot be used. Leave it out.")
    return options | given


def client_of(make: Callable[[dict[str, Any]], Client], options: dict[str, str], own: dict[str, Any]) -> Client:
    """A client with these options and, above them, its own. Raises ClusterOptionError if it refuses them."""
    try:
        return make({**options, **own})
    except KafkaException as error:
        raise _refused(options, error.args[0].str()) from None
    except (TypeError, ValueError, AttributeError) as error:  # of the client's part in Python
        raise _refused(options, str(error)) from None


def _refused(options: dict[str, str], reason: str) -> ClusterOptionError:
    """What to raise where the client refuses its options: its reason, without their values."""
    for value in sorted(filter(None, options.values()), key=len, reverse=True):
        reason = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", "***", reason)
    return ClusterOptionError(
        f"BELIB_KAFKA_URL: Kafka's client refuses its options: {' '.join(reason.split()).rstrip('.')}."
    )
