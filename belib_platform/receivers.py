"""Parse the list of alert receivers: URLs of apprise, which contain secrets and so must not be shown."""

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field

BETWEEN_URLS = re.compile(r"\s+|,(?=[a-zA-Z][a-zA-Z0-9+.-]*://)")
"""White space, or a comma before a scheme; other commas are part of a URL."""


@dataclass(frozen=True)
class Receiver:
    """A receiver: a stable id and a label, neither of which reveals its URL."""

    id: str
    label: str
    url: str = field(repr=False)


def receivers(urls: str) -> list[Receiver]:
    """The receivers in a list of URLs, without repetitions, in their order."""
    pieces = (piece.strip(",") for piece in BETWEEN_URLS.split(urls))
    seen: Counter[str] = Counter()
    return [_receiver(place, url, seen) for place, url in enumerate(dict.fromkeys(filter(None, pieces)), 1)]


def _receiver(place: int, url: str, seen: Counter[str]) -> Receiver:
    scheme = url.partition("://")[0].lower() if "://" in url else "no scheme"
    # Two bytes of the hash identify a receiver within a list, but reveal almost nothing about a password in the URL.
    short = f"{scheme}-{hashlib.blake2b(url.encode(), digest_size=2).hexdigest()}"
    seen[short] += 1
    return Receiver(f"{short}-{seen[short]}", f"receiver {place} ({scheme})", url)
