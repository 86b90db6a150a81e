"""`belib watch`: a process that reads with a role that cannot write, tells receivers, and ends with a signal."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from belib_platform.local.processes import wait_until
from belib_platform.local.watch import state_file_of
from belib_platform.raw.store import RawStore
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.cli.conftest import Belib
from belib_platform_tests.forks import PATIENCE_S
from belib_platform_tests.monitoring.alerts.receiving import CANARY, webhook
from belib_platform_tests.postgres_users import lesser_user
from belib_platform_tests.watching.site import BUSY, FREE, SECOND, Site, watch

MAY_READ = [
    "GRANT USAGE ON SCHEMA clean, mart TO {}",
    "GRANT SELECT ON ALL TABLES IN SCHEMA clean, mart TO {}",
]


@contextmanager
def watching(path: Path, **variables: str) -> "Iterator[subprocess.Popen[str]]":
    """`belib watch` with these variables, once it has said that it watches."""
    command = [sys.executable, "-m", "belib_platform.cli", "watch", str(path)]
    environ = os.environ | variables
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            assert process.stdout.readline() == f"Watches of {path}: 1. Press Ctrl-C to stop.\n"
            yield process
        finally:
            process.kill()


@pytest.mark.slow
def test_a_process_tells_what_becomes_free_until_a_signal_ends_it_and_another_goes_on(
    store: RawStore, direct_url: str, tmp_path: Path, belib: Belib
) -> None:
    site = Site(store, Warehouse(direct_url), direct_url, tmp_path)
    site.now = datetime.now(UTC)
    site.poll(BUSY, after=-SECOND)
    home = {"BELIB_HOME": str(tmp_path / "home")}
    with webhook() as hook, lesser_user(direct_url, *MAY_READ) as reader:
        path = site.file(watch(hook.url))
        with watching(path, BELIB_READER_URL=reader, **home) as process:
            assert process.stdout
            assert process.stdout.readline() == "Bastille: 0 free charge points within 300 m of 48.85,2.35 now.\n"
            second = belib("watch", str(path), BELIB_READER_URL=reader, **home)
            assert (second.returncode, second.stdout) == (1, "")
            assert second.stderr.endswith(f"{path} is followed by another process already.\n")
            site.now = datetime.now(UTC)
            site.poll(FREE, after=-SECOND)
            assert wait_until(lambda: bool(hook.taken), PATIENCE_S)
            process.send_signal(signal.SIGTERM)
            said, complained = process.communicate(timeout=PATIENCE_S)
        assert (complained, process.returncode) == ("", 0)
        assert said.splitlines()[-1] == "Bastille: 1 free charge point: delivered."
        with watching(path, BELIB_READER_URL=reader, **home) as process:
            assert process.stdout
            assert process.stdout.readline() == "Bastille: 1 free charge point within 300 m of 48.85,2.35 now.\n"
            process.send_signal(signal.SIGINT)
            said, complained = process.communicate(timeout=PATIENCE_S)
        assert (said, complained, process.returncode) == ("", "", 0)
    assert hook.titles == ["Bastille: 1 free charge point"]
    state = state_file_of(tmp_path / "home", path).read_text("utf-8")
    assert '"is_true":true' in state
    assert CANARY not in state
    site.warehouse.close()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (watch(f"nosuch://user:{CANARY}@host"), "watch Bastille: receiver: should be one URL that apprise can read"),
        (watch(f"json://user:{CANARY}@host", about=""), 'watch Bastille: network should be "belib" or "velib"'),
        (None, "No such file or directory"),
    ],
    ids=["receiver", "network", "no file"],
)
def test_a_file_that_cannot_be_used_is_one_sentence_before_anything_starts(
    belib: Belib, tmp_path: Path, text: str | None, sentence: str
) -> None:
    path = tmp_path / "watches.toml"
    if text is not None:
        path.write_text(text, "utf-8")
    refused = belib("watch", str(path))
    [line] = refused.stderr.splitlines()
    assert (refused.returncode, refused.stdout) == (1, "")
    assert f"{path}: {sentence}" in line
    assert CANARY not in line
    assert not (tmp_path / "home" / "watches").exists()


@pytest.mark.slow
def test_a_warehouse_that_is_away_is_one_sentence_and_nothing_else_is_printed(tmp_path: Path) -> None:
    path = tmp_path / "watches.toml"
    path.write_text(watch("json://localhost"), "utf-8")
    nowhere = {"BELIB_HOME": str(tmp_path / "home"), "BELIB_READER_URL": "postgresql://reader@127.0.0.1:1/belib"}
    with watching(path, **nowhere) as process:
        assert process.stdout
        assert process.stdout.readline() == "PostgreSQL does not answer. All watches stay as they are.\n"
        process.send_signal(signal.SIGTERM)
        said, complained = process.communicate(timeout=PATIENCE_S)
    assert (said, complained, process.returncode) == ("", "", 0)


def test_where_no_role_that_only_reads_is_named_it_ends_at_the_start(belib: Belib, tmp_path: Path) -> None:
    """Also while PostgreSQL is away: it would have to tell how such a role is made."""
    path = tmp_path / "watches.toml"
    path.write_text(watch("json://localhost"), "utf-8")
    refused = belib("watch", str(path), BELIB_POSTGRES_URL="postgresql://me:canary@127.0.0.1:1/belib")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "PostgreSQL does not answer: " in refused.stderr
    assert "canary" not in refused.stderr


def test_what_is_remembered_is_found_by_the_path_as_it_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A linked folder may lead elsewhere later, as with Kubernetes' ConfigMaps."""
    monkeypatch.chdir(tmp_path)
    found = []
    for version in ("v1", "v2"):
        (tmp_path / version).mkdir()
        (tmp_path / "linked").unlink(missing_ok=True)
        (tmp_path / "linked").symlink_to(version)
        paths = ("linked/w.toml", "./linked/w.toml", "v1/../linked/w.toml", tmp_path / "linked" / "w.toml")
        found += [state_file_of(tmp_path, Path(path)) for path in paths]
    assert len(set(found)) == 1
    assert state_file_of(tmp_path, Path("v2/w.toml")) not in found
