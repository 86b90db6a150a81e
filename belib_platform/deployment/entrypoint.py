"""The first program of every container: it gives what the secrets hold to the program that follows, and becomes it."""

import os
import sys

from belib_platform.local.urls import storage_url
from belib_platform.resources.missing import MissingStoreError, url_of
from belib_platform.settings import Settings, SettingsError, load_settings


def dagster_environment(settings: Settings) -> dict[str, str]:
    """The variables that docker/dagster.yaml names: Dagster's storage, with its password, and the folder of its files.

    Raises MissingStoreError when BELIB_DAGSTER_URL is not set.
    """
    return {
        "BELIB_DAGSTER_STORAGE": storage_url(url_of("BELIB_DAGSTER_URL", settings.dagster_url)),
        "BELIB_DAGSTER_FILES": str(settings.home.resolve() / "dagster" / "storage"),
    }


def main() -> None:
    """Become the program of the arguments; code 2, and a sentence without a secret, when a setting is wrong."""
    try:
        os.environ.update(dagster_environment(load_settings()))
    except (SettingsError, MissingStoreError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - the command is the container's own


if __name__ == "__main__":
    main()
