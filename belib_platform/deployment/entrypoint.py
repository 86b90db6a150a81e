"""Entry point of every container: passes secrets to the container's program by environment variables, and runs it."""

import os
import sys

from belib_platform.local.urls import storage_url
from belib_platform.resources.missing import MissingStoreError, url_of
from belib_platform.settings import Settings, SettingsError, load_settings


def dagster_environment(settings: Settings) -> dict[str, str]:
    """Variables used in docker/dagster*.yaml: the folder of Dagster's files, and with passwords the URL of its storage
    and, where it is set, of the broker.

    Raises MissingStoreError if BELIB_DAGSTER_URL is not set.
    """
    broker = {"BELIB_DAGSTER_BROKER": settings.broker_url.get_secret_value()} if settings.broker_url else {}
    return {
        **broker,
        "BELIB_DAGSTER_STORAGE": storage_url(url_of("BELIB_DAGSTER_URL", settings.dagster_url)),
        "BELIB_DAGSTER_FILES": str(settings.home.resolve() / "dagster" / "storage"),
    }


def main() -> None:
    """Replace this process by the program in the arguments. Exits with 2 and a message if a setting is wrong."""
    try:
        os.environ.update(dagster_environment(load_settings()))
    except (SettingsError, MissingStoreError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - the command is the container's own


if __name__ == "__main__":
    main()
