"""`python -m belib_platform.asking MODULE WORKSPACE SOURCE…`: started by `belib up`, which knows it by WORKSPACE."""

import sys

from belib_platform.asking.first import ask_first

if __name__ == "__main__":
    ask_first(sys.argv[1], sys.argv[3:])
