"""`belib status`: what runs on a home, and how much its stores hold. Starts nothing, shows no password."""

from urllib.parse import urlsplit

from pydantic import SecretStr

from belib_platform.embedded.home import Home
from belib_platform.embedded.server import Server
from belib_platform.embedded.stores import WAREHOUSE
from belib_platform.embedded.up_lock import running_up
from belib_platform.observability.observer import Observer
from belib_platform.observability.showing import lines
from belib_platform.settings import Settings


def status(settings: Settings) -> dict[str, str]:
    """What is the case, by what it is about, in the order in which to show it."""
    home = Home(settings.home)
    running = running_up(home.folder)
    mongo = _url(settings.mongo_url, home, home.mongo)
    postgres = _url(settings.postgres_url, home, home.postgres)
    search = _url(settings.elasticsearch_url, home, home.search)
    return {
        "Home": str(home.folder),
        "belib up": f"{running.url} (process {running.pid})" if running else "does not run",
        "MongoDB": _shown(mongo),
        "PostgreSQL": _shown(postgres),
        "Elasticsearch": _shown(search),
        **(lines(Observer(settings).observe()) if mongo or postgres or search else {}),
    }


def _url(configured: SecretStr | None, home: Home, server: Server) -> str | None:
    """Where the store is; None when it is to be a local server and that does not run."""
    if configured is not None:
        return configured.get_secret_value()
    port = home.port_of(server)
    return server.url(port, WAREHOUSE) if port else None


def _shown(url: str | None) -> str:
    """The URL without user and password."""
    if url is None:
        return "does not run"
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
