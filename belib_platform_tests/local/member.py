"""A process that uses the servers of the home argv[1] until its standard input ends; says their URLs as JSON."""

import json
import sys
from dataclasses import asdict

from belib_platform.local.stores import stores
from belib_platform_tests.local.homes import settings_for

if __name__ == "__main__":
    with stores(settings_for(sys.argv[1])) as urls:
        sys.stdout.write(json.dumps(asdict(urls)) + "\n")
        sys.stdout.flush()
        sys.stdin.read()
