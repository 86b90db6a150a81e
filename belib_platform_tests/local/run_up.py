"""`belib up` on the home argv[1] with the stand-in code location; the UI from port argv[2] upwards."""

import sys

from belib_platform.local import restart_limit
from belib_platform.local.errors import StoresError
from belib_platform.local.up import up
from belib_platform_tests.local.homes import settings_for


def say(sentence: str) -> None:
    """Say it at once."""
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    restart_limit.WITHIN_S = float("inf")  # five deaths are within the minute on a busy machine, too
    try:
        up(settings_for(sys.argv[1]), say, port=int(sys.argv[2]), module="belib_platform_tests.local.stand_in")
    except StoresError as error:
        say(str(error))
        sys.exit(1)
