"""The local search server is told when to collect garbage, unless whoever starts it says otherwise."""

from pathlib import Path

import pytest

from belib_platform.local.ports import any_free
from belib_platform.local.search import MEMORY_LIMIT, SearchServer


@pytest.mark.parametrize(("own", "limit"), [(None, MEMORY_LIMIT), ("1GiB", "1GiB")])
def test_it_has_a_limit_of_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: str | None, limit: str) -> None:
    monkeypatch.delenv("GOMEMLIMIT", raising=False)
    if own:
        monkeypatch.setenv("GOMEMLIMIT", own)
    server = SearchServer(tmp_path)
    server.start(any_free())
    try:
        [process] = server.process_record.living()
        assert process.environ()["GOMEMLIMIT"] == limit
    finally:
        server.stop()
