"""`belib up` on the home argv[1] with the stand-in code location; UI and read API from port argv[2] upwards.

In argv[3], if it is given, the URL of PostgreSQL.
"""

import sys

from pydantic import SecretStr

from belib_platform.local import restart_limit, up
from belib_platform.local.errors import StoresError
from belib_platform_tests.local.homes import settings_for


def say(sentence: str) -> None:
    """Say it at once."""
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    restart_limit.WITHIN_S = float("inf")  # five deaths are within the minute on a busy machine, too
    port = up.API_PORT = int(sys.argv[2])  # 8000 may be that of another test
    postgres = SecretStr(sys.argv[3]) if len(sys.argv) > 3 else None
    settings = settings_for(sys.argv[1]).model_copy(update={"postgres_url": postgres})
    try:
        up.up(settings, say, port, module="belib_platform_tests.local.stand_in")
    except StoresError as error:
        say(str(error))
        sys.exit(1)
