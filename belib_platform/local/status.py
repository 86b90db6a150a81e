"""`belib status`: what runs on a home, and how much its stores hold. Starts nothing.

It shows one password: that of the local PostgreSQL's role that only reads, so that what it prints can be pasted.
"""

import shutil
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from belib_platform.local.addresses import Addresses, if_running
from belib_platform.local.home import LOCKS, Home
from belib_platform.local.process_record import ProcessRecord
from belib_platform.local.processes import holders, named
from belib_platform.local.server import Server
from belib_platform.local.supervision import API, PROGRAMS
from belib_platform.local.up_lock import RunningUp, find_running_up
from belib_platform.monitoring.observer import Observer
from belib_platform.monitoring.status_lines import status_lines
from belib_platform.settings import Settings


def status(settings: Settings) -> dict[str, str]:
    """Status by label, in display order."""
    home, at = Home(settings.home), Addresses(settings)
    running = find_running_up(home.folder)
    mongo, postgres, search = (if_running(address) for address in (at.mongo, at.postgres, at.elasticsearch))
    return {
        "Home": f"{home.folder}{' (SIMULATED)' if settings.is_simulated else ''}",
        "belib up": f"{running.url} (process {running.pid})" if running else "does not run",
        **(_api(home.folder, running) if running else {}),
        **_programs(home.folder, is_left=running is None),
        **_others(home.folder, running),
        "MongoDB": _shown(mongo, home.mongo, is_local=settings.mongo_url is None),
        "PostgreSQL": _shown(postgres, home.postgres, is_local=settings.postgres_url is None),
        **(_to_read(settings, at) if postgres else {}),
        "Elasticsearch": _shown(search, home.search, is_local=settings.elasticsearch_url is None),
        **(status_lines(Observer(settings, at).observe()) if mongo or postgres or search else {}),
        "Disk": _disk(home.folder),
    }


def _disk(home: Path) -> str:
    """The disk on which the home is, or will be."""
    usage = shutil.disk_usage(next(path for path in (home, *home.parents) if path.exists()))
    return f"{usage.free / 1e9:,.1f} of {usage.total / 1e9:,.1f} GB are free where the home is"


def _programs(home: Path, *, is_left: bool) -> dict[str, str]:
    """The programs of `belib up` that live, with their code servers and runs."""
    living = {name: [process.pid for process in ProcessRecord(home, name).living()] for name in PROGRAMS}
    listed = ", ".join(f"{name} ({named(pids)})" for name, pids in living.items() if pids)
    if not listed:
        return {}
    return {
        "Left by a killed one" if is_left else "Programs": f"{listed}{'; `belib down` ends them' if is_left else ''}"
    }


def _api(home: Path, running: RunningUp) -> dict[str, str]:
    """Where the running `belib up` serves the read API."""
    if running.api_url is None:
        return {"API": "does not run: BELIB_READER_URL is not set"}
    return {"API": running.api_url if ProcessRecord(home, API).process() else "does not run"}


def _others(home: Path, running: RunningUp | None) -> dict[str, str]:
    """Other commands that use the home just now."""
    pids = {pid for lock in LOCKS for pid in holders(home / lock)} - {running.pid if running else None}
    return {"Other belib commands": named(sorted(pids))} if pids else {}


def _to_read(settings: Settings, at: Addresses) -> dict[str, str]:
    """Where to read the warehouse, as psql and as programs in Java, such as DBeaver, take it."""
    url = if_running(at.reader)
    if settings.reader_url is not None or url is None:  # whose password is not the home's
        return {"  read with": "belib sql"}
    parts = urlsplit(url)
    login = urlencode({"user": parts.username, "password": parts.password})
    address = f"{parts.hostname}:{parts.port}{parts.path}"
    return {"  read with psql": url, "  read with DBeaver": f"jdbc:postgresql://{address}?{login}"}


def _shown(url: str | None, server: Server, *, is_local: bool) -> str:
    """The URL without user and password, and the process of the home's own server, which may not answer."""
    living = [process.pid for process in server.process_record.living()][:1]
    where = f" ({named(living)})" if living else ""
    if url is None:
        return f"does not answer{where}" if living else "does not run"
    parts = urlsplit(url)
    shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    return f"{shown}{where}" if is_local or not living else f"{shown}; the home's own runs unused{where}"
