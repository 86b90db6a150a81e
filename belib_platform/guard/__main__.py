"""`python -m belib_platform.guard`: serve Dagster's UI behind the guard; used by `belib up` and the containers."""

import argparse
import logging
import signal
import sys
from contextlib import suppress

import uvicorn

from belib_platform.exports.files import exports_folder
from belib_platform.guard.dagster_ui import dagster_ui
from belib_platform.guard.exported import WithExportedFiles
from belib_platform.guard.middleware import Guard
from belib_platform.local.ports import HIGHEST_PORT
from belib_platform.settings import SettingsError, load_settings


def main() -> None:
    """Serve until SIGINT or SIGTERM. Exits with 2 and a message if a setting is wrong."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("dagster").setLevel(logging.INFO)
    asked = _arguments().parse_args()
    try:
        settings = load_settings()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    # uvicorn raises the signal again after its shutdown, which must not end the process before the code servers
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with (
        suppress(KeyboardInterrupt),
        dagster_ui(asked.workspace) as ui,
    ):
        served = WithExportedFiles(ui, exports_folder(settings))
        guarded = Guard(served, settings.allowed_host_names)
        uvicorn.run(guarded, host=asked.host, port=asked.port, log_level="warning")


def _arguments() -> argparse.ArgumentParser:
    arguments = argparse.ArgumentParser(prog="python -m belib_platform.guard", description=__doc__)
    arguments.add_argument("--host", default="127.0.0.1", help="address to listen on")
    arguments.add_argument("--port", type=_port, default=3000, help="port to listen on")
    arguments.add_argument("--workspace", required=True, help="Dagster's workspace file")
    return arguments


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"{port} is not a port")
    return port


if __name__ == "__main__":
    main()
