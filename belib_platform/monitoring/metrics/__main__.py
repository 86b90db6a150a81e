"""`python -m belib_platform.monitoring.metrics PORT WORKSPACE`: `belib up` starts it and knows it by WORKSPACE."""

import sys

from belib_platform.monitoring.metrics.server import serve
from belib_platform.settings import load_settings


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    serve(load_settings(), _say, port=int(sys.argv[1]))
