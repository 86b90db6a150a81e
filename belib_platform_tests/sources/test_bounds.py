"""No body costs more than 500 MiB of memory to be judged, whatever is in it, and a good one beside it is judged."""

import json
import subprocess
import sys
from typing import Any

import pytest

from belib_platform_tests.sources.costly_bodies import LIST, OTHER, TABLE

MOST_MIB = 500

SOUND = {
    ("list", "records wide as may be"),
    ("list", "many wide records"),
    ("list", "records of long texts"),
    ("list", "texts as long as may be"),
    ("list", "astral characters"),
    ("list", "a country of 8 fields"),
    ("list", "a country of 42 fields"),
}
"""What is large and good is taken."""

QUICK = {("list", "a country of 8 fields"), ("list", "eight million empty objects"), ("table", "many columns")}

CASES = [
    *(("list", name) for name in LIST),
    *(("table", name) for name in TABLE),
    *(("other", name) for name in OTHER),
    *(("page", name) for name in ("empty lists", "one text", "a country of 42 fields")),
    *(("document", name) for name in ("eight million empty objects", "empty lists", "one text")),
]


def judged_alone(*case: str) -> dict[str, Any]:
    """What a process that judges one body and then a good one says of both, and of its memory."""
    command = [sys.executable, "-m", "belib_platform_tests.sources.costly_bodies", *case]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    assert done.returncode == 0, (done.returncode, done.stderr[-2_000:])
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, marks=[] if case in QUICK else pytest.mark.fault, id=" ".join(case)) for case in CASES],
)
def test_a_costly_body_is_judged_within_bounds(case: tuple[str, str]) -> None:
    found = judged_alone(*case)
    assert found["peak"] <= MOST_MIB, found
    assert found["is_sound"] == (case in SOUND), found
    assert found["is_sound"] or found["reason"], found
    assert found["good"] == [True, 3]
