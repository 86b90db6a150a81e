"""`belib up`: run the stores, Dagster's webserver and its daemon, metrics and the read API."""

import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from belib_platform.dagster_internals.code_location import DAEMON, DEFINITIONS
from belib_platform.local.addresses import Addresses
from belib_platform.local.children import Program
from belib_platform.local.dagster_home import write_dagster_home
from belib_platform.local.first_data import ensure_first_day
from belib_platform.local.home import Home
from belib_platform.local.ports import API_PORT, LOOPBACK, METRICS_PORT, UI_PORT, first_free, is_served
from belib_platform.local.processes import wait_until
from belib_platform.local.reader_url import has_reader
from belib_platform.local.simulated import refuse_mixing
from belib_platform.local.stores import local_servers, stores
from belib_platform.local.supervision import API, OBSERVER, Supervision, end_programs
from belib_platform.local.up_lock import holding_up_lock
from belib_platform.local.urls import dagster_home, environment, reader_environment
from belib_platform.recordings.inbox.folders import Inbox
from belib_platform.settings import Settings

HEAD_START_S = 8.0
"""The other programs start at most this much later than the first requests, so that users soon see whether the sources
can be reached."""

NO_READER = (
    "The read API does not run: BELIB_READER_URL does not name a role that can only read. `belib sql` prints the "
    "statements that create one."
)


def up(settings: Settings, say: Callable[[str], None], port: int = UI_PORT, module: str = DEFINITIONS) -> None:
    """Run everything until SIGINT, SIGTERM or SIGHUP; `say` prints messages for the user.

    The UI listens on the first free port from `port` upwards, the read API likewise from 8000, metrics from 9750.
    Without a read-only role the API does not run. Stops everything and raises StoresError if another `up` runs on this
    home, if the home has simulated data but a real API would be requested, if a store cannot be started, or if a store
    or a program that is not optional ends five times within a minute.
    """
    refuse_mixing(settings)
    from belib_platform.local.source_watch import watching_sources  # takes half a second

    home = settings.home.resolve()
    ui = first_free(port)
    url = f"http://{LOOPBACK}:{ui}"
    api = first_free(API_PORT, {ui}) if has_reader(settings) else None
    api_url = f"http://{LOOPBACK}:{api}/v1/openapi.json" if api else None
    with _stop_signal() as stop, holding_up_lock(home, url, api_url), ExitStack() as started:
        if api:
            say(f"Page: http://{LOOPBACK}:{api}/")
        say(f"Dagster UI: {url}")
        say(f"API: {api_url}" if api_url else NO_READER)
        Inbox(home).make()
        say(f"Starting. Stores and logs are in {home}. Press Ctrl-C to stop everything.")
        urls = started.enter_context(stores(settings))
        ensure_first_day(settings, urls)
        ui_url = str(settings.ui_url) if "ui_url" in settings.model_fields_set else url
        variables = {**os.environ, **environment(urls, settings), "BELIB_UI_URL": ui_url}
        workspace = write_dagster_home(dagster_home(settings), module)
        for left in end_programs(home):  # they would run every schedule a second time
            say(f"Ended a program left by a killed `belib up`: {left}.")
        first_report = started.enter_context(watching_sources(settings, variables, [module, str(workspace)], say))
        metrics = first_free(METRICS_PORT, {ui, api or ui})
        say(f"Metrics: http://{LOOPBACK}:{metrics}/metrics")
        local = Home(home)
        servers = {server: local.recorded_port(server) for server in local_servers(settings, local)}
        programs = _programs(ui, metrics, workspace, variables)
        if api:
            programs[API] = _api_program(api, settings, ui_url)
        supervision = Supervision(local, servers, programs, say)
        started.callback(supervision.end)
        wait_until(lambda: first_report.is_set() or stop.is_set(), HEAD_START_S)
        supervision.start()
        _watch(supervision, ui, stop, say)
        say("Stopping.")


def _programs(ui: int, metrics: int, workspace: Path, variables: Mapping[str, str]) -> dict[str, Program]:
    """The programs that know all stores, in the order of starting; they are ended in the opposite order."""
    arguments = {
        "webserver": ["belib_platform.guard", f"--host={LOOPBACK}", f"--port={ui}", "--workspace", str(workspace)],
        "daemon": [DAEMON, "run", "-w", str(workspace)],
        OBSERVER: ["belib_platform.local.metrics", str(metrics), str(workspace)],
    }
    return {name: Program(given, variables) for name, given in arguments.items()}


def _api_program(port: int, settings: Settings, ui_url: str) -> Program:
    variables = reader_environment(Addresses(settings).reader(), settings)
    return Program(["belib_platform.local.api", str(port)], {**variables, "BELIB_UI_URL": ui_url})


def _watch(supervision: Supervision, ui: int, stop: threading.Event, say: Callable[[str], None]) -> None:
    ready = False
    while not stop.wait(0.25):
        supervision.check()
        if not ready and is_served(ui, "server_info"):
            ready = True
            say("Ready.")


@contextmanager
def _stop_signal() -> Iterator[threading.Event]:
    """An event that SIGINT, SIGTERM and SIGHUP set instead of interrupting the program."""
    stop = threading.Event()
    wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in wanted}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
