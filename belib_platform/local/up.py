"""`belib up`: the stores, Dagster's webserver and its daemon, for as long as the process lives."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from belib_platform.dagster_internals.code_location import DEFINITIONS
from belib_platform.local.dagster_home import write_dagster_home
from belib_platform.local.first_data import begin
from belib_platform.local.home import Home
from belib_platform.local.ports import LOOPBACK, METRICS_PORT, UI_PORT, first_free, is_served
from belib_platform.local.processes import wait_until
from belib_platform.local.simulated import refuse_mixing
from belib_platform.local.stores import local_servers, stores
from belib_platform.local.supervision import OBSERVER, Supervision, end_programs
from belib_platform.local.up_lock import only_up
from belib_platform.local.urls import dagster_home, environment
from belib_platform.recordings.inbox.folders import Inbox
from belib_platform.settings import Settings

HEAD_START_S = 8.0
"""The first asking has the processors to itself for so long at most, so that soon after the start it is known whether
the sources can be reached."""


def up(settings: Settings, say: Callable[[str], None], port: int = UI_PORT, module: str = DEFINITIONS) -> None:
    """Run everything until SIGINT, SIGTERM or SIGHUP; `say` is given what the user should read.

    The UI listens on the first free port from `port` upwards, metrics likewise from 9750. Raises StoresError when
    another `up` runs on this home, when the home holds simulated history but a real API would be asked, when a store
    cannot be started, or when a store or a program, the observer apart, ends five times within a minute; everything is
    stopped by then.
    """
    refuse_mixing(settings)
    from belib_platform.local.answers import answers_said  # takes half a second, and is not needed to refuse

    home = settings.home.resolve()
    ui = first_free(port)
    url = f"http://{LOOPBACK}:{ui}"
    with _stop_signal() as stop, only_up(home, url), ExitStack() as started:
        say(f"Dagster UI: {url}")
        Inbox(home).make()
        say(f"Starting; stores and logs are in {home}, Ctrl-C stops everything.")
        urls = started.enter_context(stores(settings))
        begin(settings, urls)
        variables = {**os.environ, **environment(urls, settings)}
        if "ui_url" not in settings.model_fields_set:
            variables["BELIB_UI_URL"] = url
        workspace = write_dagster_home(dagster_home(settings), module)
        for left in end_programs(home):  # they would run every schedule a second time
            say(f"Ended what a killed `belib up` had left: {left}.")
        heard = started.enter_context(answers_said(settings, variables, [module, str(workspace)], say))
        metrics = first_free(METRICS_PORT)
        say(f"Metrics: http://{LOOPBACK}:{metrics}/metrics")
        local = Home(home)
        servers = {server: local.noted_port(server) for server in local_servers(settings, local)}
        supervision = Supervision(local, servers, _programs(ui, metrics, workspace), variables, say)
        started.callback(supervision.end)
        wait_until(lambda: heard.is_set() or stop.is_set(), HEAD_START_S)
        supervision.start()
        _watch(supervision, ui, stop, say)
        say("Stopping.")


def _programs(ui: int, metrics: int, workspace: Path) -> dict[str, list[str]]:
    """Arguments of each program, in the order in which they start; they are asked to end in the opposite one."""
    return {
        "webserver": ["belib_platform.guard", f"--host={LOOPBACK}", f"--port={ui}", "--workspace", str(workspace)],
        "daemon": ["dagster._daemon", "run", "-w", str(workspace)],
        OBSERVER: ["belib_platform.monitoring.metrics", str(metrics), str(workspace)],
    }


def _watch(supervision: Supervision, ui: int, stop: threading.Event, say: Callable[[str], None]) -> None:
    ready = False
    while not stop.wait(0.25):
        supervision.look()
        if not ready and is_served(ui, "server_info"):
            ready = True
            say("Ready.")


@contextmanager
def _stop_signal() -> Iterator[threading.Event]:
    """An event that the signals to stop set, instead of breaking off whatever happens just then."""
    stop = threading.Event()
    wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in wanted}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
