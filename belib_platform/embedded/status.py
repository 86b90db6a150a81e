"""`belib status`: what runs on a home, and how much its stores hold. Starts nothing, shows no password."""

from urllib.parse import urlsplit

from belib_platform.embedded.addresses import Addresses, if_running
from belib_platform.embedded.home import Home
from belib_platform.embedded.up_lock import running_up
from belib_platform.observability.observer import Observer
from belib_platform.observability.showing import lines
from belib_platform.settings import Settings


def status(settings: Settings) -> dict[str, str]:
    """What is the case, by what it is about, in the order in which to show it."""
    home, at = Home(settings.home), Addresses(settings)
    running = running_up(home.folder)
    mongo, postgres, search = (if_running(address) for address in (at.mongo, at.postgres, at.elasticsearch))
    return {
        "Home": f"{home.folder}{' (SIMULATED)' if settings.is_simulated else ''}",
        "belib up": f"{running.url} (process {running.pid})" if running else "does not run",
        "MongoDB": _shown(mongo),
        "PostgreSQL": _shown(postgres),
        "Elasticsearch": _shown(search),
        **(lines(Observer(settings).observe()) if mongo or postgres or search else {}),
    }


def _shown(url: str | None) -> str:
    """The URL without user and password."""
    if url is None:
        return "does not run"
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
