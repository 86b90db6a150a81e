"""`belib mcp` whose clock begins at an instant: `python -m belib_platform_tests.assistants.at_an_instant INSTANT`."""

import sys
from datetime import datetime

import time_machine

from belib_platform.cli.app import main

if __name__ == "__main__":
    at = datetime.fromisoformat(sys.argv[1])
    sys.argv[1:] = ["mcp"]
    with time_machine.travel(at, tick=True):
        main()
