"""A name that looks like a setting and is none is told of, with the one that was meant."""

import os
from pathlib import Path

import pytest

from belib_platform.cli.unknown_settings import INTERNAL, KNOWN, warnings
from belib_platform.settings import Settings
from belib_platform_tests.forks import Fork


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder and an environment with no setting."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.upper().startswith("BELIB_"):
            monkeypatch.delenv(name)


def said() -> list[str]:
    return list(warnings())


def test_nothing_is_said_of_settings_of_what_processes_hand_on_and_of_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*KNOWN, *INTERNAL, "BELIB_TEST_MONGO_URL", "belib_home", "BELIBELLULE", "PATH"]:
        monkeypatch.setenv(name, "")
    monkeypatch.delenv("BELIB_SECRETS_DIR")
    assert said() == []
    assert {f"BELIB_{name.upper()}" for name in Settings.model_fields} == KNOWN


@pytest.mark.parametrize("meant", sorted(KNOWN))
def test_a_slip_in_any_name_is_told_with_the_right_one(monkeypatch: pytest.MonkeyPatch, meant: str) -> None:
    for slip in (meant[:-1], f"{meant}S", meant[:-2] + meant[-1] + meant[-2]):
        if slip not in KNOWN:
            monkeypatch.setenv(slip, "1")
            assert said() == [f"{slip} is not a setting and is ignored; did you mean {meant}?"]
            monkeypatch.delenv(slip)


def test_every_place_of_settings_is_looked_at(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("BELIB_CADENCE=300\nELASTIC_VERSION=8.19.4\n# BELIB_NOTHING=1\n")
    (tmp_path / "secrets").mkdir()
    for name in ("belib_mongo_url", "belib_mongo_uri", "postgres_password", "belib_zzz"):
        (tmp_path / "secrets" / name).touch()
    monkeypatch.setenv("BELIB_SECRETS_DIR", str(tmp_path / "secrets"))
    ignored = "is not a setting and is ignored;"
    assert said() == [
        f"BELIB_CADENCE in .env {ignored} did you mean BELIB_CADENCE_S?",
        f"belib_mongo_uri in {tmp_path / 'secrets'} {ignored} did you mean BELIB_MONGO_URL?",
        f"belib_zzz in {tmp_path / 'secrets'} {ignored} docker/.env.example lists all settings.",
    ]


def test_a_command_says_it_once_on_stderr_and_goes_on(tmp_path: Path) -> None:
    environ = {**os.environ, "BELIB_HOME": str(tmp_path / "home"), "BELIB_HOMES": "x"}
    result = Fork("belib_platform.cli", "archive", "list", env=environ, cwd=tmp_path).ended()
    assert (result.returncode, result.stdout) == (0, "Nothing is archived yet.\n")
    assert result.stderr == "warning: BELIB_HOMES is not a setting and is ignored; did you mean BELIB_HOME?\n"
