"""The platform with one source more, in an interpreter that has imported nothing of it yet; prints what came of it."""

import json
import sys
from dataclasses import replace
from pathlib import Path

from belib_platform.sources.cadence import DAILY
from belib_platform.sources.registry import SOURCES
from belib_platform_tests.recipes.source.bicycle_counters import BICYCLE_COUNTERS

SOURCES[BICYCLE_COUNTERS.name] = BICYCLE_COUNTERS  # its line in sources/registry.py
SOURCES["not_archived"] = replace(
    BICYCLE_COUNTERS,
    name="not_archived",
    collection="raw_not_archived",
    cadence=replace(DAILY, job="none"),
    layout=None,
    dataset=None,
    is_archived=False,
)

from belib_platform.assets import raw  # noqa: E402 - nothing may be derived before the registry is complete
from belib_platform_tests.recipes.source.asset import raw_bicycle_counters  # noqa: E402

vars(raw)["raw_bicycle_counters"] = raw_bicycle_counters  # as if it stood in assets/raw.py

from belib_platform_tests.recipes.source import history, lists  # noqa: E402

if __name__ == "__main__":
    kept = history.kept(Path(sys.argv[1]))
    sys.stdout.write(json.dumps({"history": kept, "lists": lists.that_know(BICYCLE_COUNTERS)}))
