"""Secrets in files: they reach the settings and the stores' users, and nothing shows them."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from belib_platform.deployment.roles import Passwords
from belib_platform.settings import SettingsError, load_settings
from belib_platform_tests.deployment.compose import BASE, DOCKER, stack

URLS = {
    "belib_mongo_url": "mongodb://belib:canary@mongo/belib",
    "belib_postgres_url": "postgresql://belib:canary@postgres/belib",
    "belib_dagster_url": "postgresql://dagster:canary@postgres/dagster?sslmode=require",
    "belib_elasticsearch_url": "http://belib:canary@elasticsearch:9200",
}


@pytest.fixture
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of secrets, named by the environment."""
    for name, url in URLS.items():
        (tmp_path / name).write_text(f"{url}\n", encoding="utf-8")
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("BELIB_SECRETS_DIR", str(tmp_path))
    return tmp_path


def test_a_file_is_as_good_as_a_variable_which_comes_first(secrets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load_settings()
    assert settings.mongo_url is not None
    assert settings.mongo_url.get_secret_value() == URLS["belib_mongo_url"]
    assert settings.secrets_dir == secrets
    assert "canary" not in repr(settings)
    monkeypatch.setenv("BELIB_MONGO_URL", "mongodb://other/belib")
    settings = load_settings()
    assert settings.mongo_url is not None
    assert settings.mongo_url.get_secret_value() == "mongodb://other/belib"


def test_a_wrong_secret_is_refused_by_its_name_and_not_shown(secrets: Path) -> None:
    (secrets / "belib_mongo_url").write_text("canary", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"BELIB_MONGO_URL: .*begins with mongodb://") as refused:
        load_settings()
    assert "canary" not in str(refused.value)


def test_where_there_is_no_such_folder_nothing_is_missed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BELIB_SECRETS_DIR", str(tmp_path / "none"))
    monkeypatch.delenv("BELIB_MONGO_URL", raising=False)
    assert load_settings().mongo_url is None


def become(*program: str) -> subprocess.CompletedProcess[str]:
    """Run a program by the image's entrypoint."""
    command = [sys.executable, "-m", "belib_platform.deployment.entrypoint", *program]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_the_entrypoint_gives_dagster_its_storage_with_all_options_and_becomes_the_program(secrets: Path) -> None:
    done = become("sh", "-c", "printenv BELIB_DAGSTER_STORAGE; exit 7")
    url, _, options = done.stdout.strip().partition("?")
    assert url == "postgresql+psycopg2://dagster:canary@postgres/dagster"
    assert options.split("&") == ["sslmode=require", "client_encoding=utf8", "fallback_application_name=belib"]
    assert (done.returncode, done.stderr) == (7, "")


def test_the_entrypoint_refuses_in_a_sentence(secrets: Path) -> None:
    (secrets / "belib_dagster_url").unlink()
    done = become("true")
    assert done.returncode == 2
    assert "BELIB_DAGSTER_URL is not set" in done.stderr
    (secrets / "belib_mongo_url").write_text("canary", encoding="utf-8")
    done = become("true")
    assert done.returncode == 2
    assert "BELIB_MONGO_URL" in done.stderr
    assert "canary" not in done.stderr


def drawn(folder: Path) -> dict[str, str]:
    """The secrets in a folder after the script has seen to it."""
    subprocess.run([DOCKER / "new-secrets.sh", folder], check=True, timeout=30)
    return {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}


def test_secrets_are_drawn_once_each_its_own_and_fit_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "secrets"
    first = drawn(folder)
    assert set(first) == set(stack(BASE)["secrets"])
    assert len(set(first.values())) == len(first)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    (folder / "kibana_password").chmod(0o600)
    (folder / "kibana_password").unlink()
    second = drawn(folder)
    assert {name for name in first if first[name] != second[name]} == {"kibana_password"}
    for name in URLS:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("BELIB_SECRETS_DIR", str(folder))
    settings = load_settings()
    assert all([settings.mongo_url, settings.postgres_url, settings.dagster_url, settings.elasticsearch_url])
    assert "Password" in repr(Passwords(_secrets_dir=folder))
    assert not any(secret in repr(Passwords(_secrets_dir=folder)) for secret in second.values())
