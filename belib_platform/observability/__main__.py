"""`python -m belib_platform.observability PORT WORKSPACE`: as `belib up` starts it, which knows it by the workspace."""

import sys

from belib_platform.observability.server import serve
from belib_platform.settings import load_settings


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    serve(load_settings(), _say, port=int(sys.argv[1]))
