"""Who is told: a list of apprise's URLs, which hold secrets, so that nothing but the URL itself tells one."""

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field

BETWEEN_URLS = re.compile(r"\s+|,(?=[a-zA-Z][a-zA-Z0-9+.-]*://)")
"""White space, or a comma before another scheme; other commas belong to their URL."""


@dataclass(frozen=True)
class Receiver:
    """One receiver: an id to remember it by and a label for people, neither of which tells its URL."""

    id: str
    label: str
    url: str = field(repr=False)


def receivers(urls: str) -> list[Receiver]:
    """The receivers of a list of URLs, each once, in their order."""
    pieces = (piece.strip(",") for piece in BETWEEN_URLS.split(urls))
    seen: Counter[str] = Counter()
    return [_receiver(place, url, seen) for place, url in enumerate(dict.fromkeys(filter(None, pieces)), 1)]


def _receiver(place: int, url: str, seen: Counter[str]) -> Receiver:
    scheme = url.partition("://")[0].lower() if "://" in url else "no scheme"
    # Two bytes find a receiver again in a list; of a password in the URL they tell next to nothing.
    short = f"{scheme}-{hashlib.blake2b(url.encode(), digest_size=2).hexdigest()}"
    seen[short] += 1
    return Receiver(f"{short}-{seen[short]}", f"receiver {place} ({scheme})", url)
