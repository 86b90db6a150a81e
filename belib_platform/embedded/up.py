"""`belib up`: the stores, Dagster's webserver and its daemon, for as long as the process lives."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from belib_platform.embedded.children import Child, end_all
from belib_platform.embedded.dagster_home import DEFINITIONS, write_dagster_home
from belib_platform.embedded.errors import StoresError
from belib_platform.embedded.ports import LOOPBACK, METRICS_PORT, UI_PORT, first_free, is_served
from belib_platform.embedded.processes import end
from belib_platform.embedded.simulated import refuse_mixing
from belib_platform.embedded.stores import stores
from belib_platform.embedded.up_lock import only_up
from belib_platform.embedded.urls import dagster_home, environment
from belib_platform.first_data import begin
from belib_platform.inbox.places import Inbox
from belib_platform.settings import Settings

OBSERVER = "observer"
"""The one program whose end stops nothing: history goes on without metrics."""


def up(settings: Settings, say: Callable[[str], None], port: int = UI_PORT, module: str = DEFINITIONS) -> None:
    """Run everything until SIGINT, SIGTERM or SIGHUP; `say` is given what the user should read.

    The UI listens on the first free port from `port` upwards, metrics likewise from 9750. Raises StoresError when
    another `up` runs on this home, when the home holds simulated history but a real API would be asked, when a store
    cannot be started, or when a program other than the observer ends on its own; everything is stopped by then.
    """
    refuse_mixing(settings)
    from belib_platform.embedded.answers import answers_said  # takes half a second, and is not needed to refuse

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
        end(workspace)  # what a killed `up` left behind would run every schedule a second time
        children: list[Child] = []
        started.callback(end_all, children)
        started.enter_context(answers_said(settings, variables, [module, str(workspace)], say))
        metrics = first_free(METRICS_PORT)
        say(f"Metrics: http://{LOOPBACK}:{metrics}/metrics")
        for name, arguments in _programs(ui, metrics, workspace).items():
            log = home / "logs" / f"{name}.log"
            children.append(Child(name, [sys.executable, "-m", *arguments], variables, log))
        _watch(children, ui, stop, say)
        say("Stopping.")


def _programs(ui: int, metrics: int, workspace: Path) -> dict[str, list[str]]:
    """Arguments of each program, in the order in which they start; they are asked to end in the opposite one."""
    return {
        "webserver": ["belib_platform.guard", f"--host={LOOPBACK}", f"--port={ui}", "--workspace", str(workspace)],
        "daemon": ["dagster._daemon", "run", "-w", str(workspace)],
        OBSERVER: ["belib_platform.observability", str(metrics), str(workspace)],
    }


def _watch(children: list[Child], ui: int, stop: threading.Event, say: Callable[[str], None]) -> None:
    ready, watched = False, list(children)
    while not stop.wait(0.25):
        watched = [child for child in watched if _lives(child, say)]
        if not ready and is_served(ui, "server_info"):
            ready = True
            say("Ready.")


def _lives(child: Child, say: Callable[[str], None]) -> bool:
    """Raises StoresError when the program has ended; of the observer it is only said."""
    try:
        child.must_live()
    except StoresError as error:
        if child.name != OBSERVER:
            raise
        say(f"{error}\nHistory goes on without metrics.")
        return False
    return True


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
