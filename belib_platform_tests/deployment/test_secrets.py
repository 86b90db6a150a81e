"""Secrets in files: they reach the settings and the stores' users, and nothing shows them."""

import shutil
import stat
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from belib_platform.deployment.roles import Passwords
from belib_platform.settings import SettingsError, load_settings
from belib_platform_tests.deployment.compose import BASE, DOCKER, stack

URLS = {
    "belib_mongo_url": "mongodb://belib:canary@mongo/belib",
    "belib_postgres_url": "postgresql://belib:canary@postgres/belib",
    "belib_dagster_url": "postgresql://dagster:canary@postgres/dagster?sslmode=require",
    "belib_elasticsearch_url": "http://belib:canary@elasticsearch:9200",
    "belib_broker_url": "redis://:canary@redis:6379/0",
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
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def test_the_entrypoint_gives_dagster_its_storage_with_all_options_and_becomes_the_program(secrets: Path) -> None:
    done = become("sh", "-c", "printenv BELIB_DAGSTER_STORAGE; exit 7")
    url, _, options = done.stdout.strip().partition("?")
    assert url == "postgresql+psycopg2://dagster:canary@postgres/dagster"
    assert options.split("&") == ["sslmode=require", "client_encoding=utf8", "fallback_application_name=belib"]
    assert (done.returncode, done.stderr) == (7, "")


def test_the_entrypoint_gives_dagster_its_broker_where_there_is_one(secrets: Path) -> None:
    assert become("printenv", "BELIB_DAGSTER_BROKER").stdout == "redis://:canary@redis:6379/0\n"
    (secrets / "belib_broker_url").unlink()
    assert become("printenv", "BELIB_DAGSTER_BROKER").returncode == 1


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


NEW_SECRETS = DOCKER / "new-secrets.sh"


def drawn(folder: Path, *rotate: str) -> dict[str, str]:
    """The secrets in a folder after the script has seen to it."""
    subprocess.run([NEW_SECRETS, *rotate, folder], check=True, timeout=300, capture_output=True)
    return {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}


def passwords(secrets: dict[str, str]) -> dict[str, str]:
    """The password in each secret, which may be a URL, as the stores are told it."""
    return {name: unquote(urlsplit(text).password or text) for name, text in secrets.items()}


def urls(secrets: dict[str, str]) -> dict[str, str]:
    """What each URL is without its password."""
    return {name: text.replace(urlsplit(text).password or "", "") for name, text in secrets.items() if "://" in text}


def test_secrets_are_drawn_once_each_its_own_and_fit_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "secrets"
    first = drawn(folder)
    assert set(first) == set(stack(BASE, "compose.celery.yaml", "compose.kafka.yaml")["secrets"])
    assert len(set(first.values())) == len(first)
    assert len({*passwords(first).values()}) == len(first) - len(OF_METRICS) + 1 - len(OF_READER) + 1
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


OF_METRICS = {
    "metrics_password",
    "metrics_postgres_url",
    "metrics_dagster_url",
    "metrics_mongo_url",
    "metrics_elasticsearch_url",
}


OF_READER = {"reader_password", "belib_reader_url"}

HELD_IN = {"metrics_password": OF_METRICS, "reader_password": OF_READER}
"""The files that hold the same password, by the one that is rotated."""


@pytest.mark.family
@pytest.mark.parametrize("name", [*URLS, "reader_password", "kibana_password", "metrics_password"])
def test_a_rotated_password_is_new_in_every_file_that_holds_it_and_nowhere_else(tmp_path: Path, name: str) -> None:
    before = drawn(tmp_path)
    after = drawn(tmp_path, "--rotate", name)
    changed = {file for file in before if before[file] != after[file]}
    assert changed == HELD_IN.get(name, {name})
    assert not [text for text in after.values() if passwords(before)[name] in text]
    assert {passwords(after)[file] for file in changed} == {passwords(after)[name]}
    assert urls(after) == urls(before)
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o444}
    assert drawn(tmp_path) == after


@pytest.mark.parametrize("arguments", [["--rotate"], ["--rotate", ""], ["--rotat", "kibana_password"], ["--help"]])
def test_a_call_that_cannot_be_understood_says_how_it_is_right_and_draws_nothing(
    tmp_path: Path, arguments: list[str]
) -> None:
    script = shutil.copy(NEW_SECRETS, tmp_path)
    done = subprocess.run([script, *arguments], capture_output=True, text=True, timeout=300, check=False)
    assert done.stdout + done.stderr == "Usage: new-secrets.sh [--rotate NAME] [FOLDER]\n"
    assert done.returncode == (0 if arguments == ["--help"] else 2)
    assert [path.name for path in tmp_path.iterdir()] == ["new-secrets.sh"]


@pytest.mark.parametrize("password", ["p@ss:w/rd?%#", "émoi ü", "a+b=c&d", "-n"])
def test_a_password_of_ones_own_reaches_the_urls_of_metrics_as_urls_have_it(tmp_path: Path, password: str) -> None:
    before = drawn(tmp_path)
    (tmp_path / "metrics_password").chmod(0o600)
    (tmp_path / "metrics_password").write_text(f"{password}\n", encoding="utf-8")
    after = drawn(tmp_path)
    assert {passwords(after)[file] for file in OF_METRICS - {"metrics_password"}} == {password}
    assert {file for file in before if before[file] != after[file]} == OF_METRICS


def test_what_is_somebodys_own_in_a_url_stays(tmp_path: Path) -> None:
    own = {
        "belib_postgres_url": "postgresql://me:old%40@db.example:6543/d?sslmode=require",
        "metrics_mongo_url": "mongodb://monitor:theirs@h/d",
    }
    for name, url in own.items():
        (tmp_path / name).write_text(url, encoding="utf-8")
    after = drawn(tmp_path, "--rotate", "belib_postgres_url")
    assert after["metrics_mongo_url"] == own["metrics_mongo_url"]
    assert urls(after)["belib_postgres_url"] == "postgresql://me:@db.example:6543/d?sslmode=require"
    assert "old" not in after["belib_postgres_url"]


@pytest.mark.slow
@pytest.mark.parametrize(("rotated", "missing"), [(name, file) for name in HELD_IN for file in sorted(HELD_IN[name])])
def test_a_rotation_that_was_stopped_half_way_is_finished_by_the_next_call(
    tmp_path: Path, rotated: str, missing: str
) -> None:
    """Whichever of the files has the old password still, or is not there."""
    before = drawn(tmp_path)
    after = drawn(tmp_path, "--rotate", rotated)
    (tmp_path / missing).unlink()
    if missing != rotated:
        (tmp_path / missing).write_text(before[missing], encoding="utf-8")
        assert drawn(tmp_path) == after
    healed = drawn(tmp_path)
    assert len({passwords(healed)[file] for file in HELD_IN[rotated]}) == 1


@pytest.mark.family
@pytest.mark.parametrize(
    ("name", "said"),
    [
        *((f"{store}_password", "superuser") for store in ("postgres", "mongo", "elastic")),
        ("metrics_mongo_url", "rotate that"),
        ("belib_reader_url", "reader_password: rotate that"),
        ("no_such_secret", "There is no secret no_such_secret"),
        ("../x", "There is no secret"),
    ],
)
def test_what_cannot_be_rotated_is_refused_with_a_sentence_and_nothing_changes(
    tmp_path: Path, name: str, said: str
) -> None:
    before = drawn(tmp_path)
    done = subprocess.run([NEW_SECRETS, "--rotate", name, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert said in done.stderr
    assert drawn(tmp_path) == before


@pytest.mark.parametrize(
    ("version", "code"), [("27.5.1", 1), ("20.10.24+dfsg1", 1), ("28.0.0", 0), ("29.1.2-rc.1", 0), ("", 2), ("dev", 2)]
)
def test_an_engine_that_would_publish_ports_to_the_network_is_told(tmp_path: Path, version: str, code: int) -> None:
    """Where `docker` is a program that says this of the server."""
    docker = tmp_path / "docker"
    docker.write_text(f"#!/bin/sh\n[ \"$1 $2\" = 'version --format' ] && echo '{version}'\n", encoding="utf-8")
    docker.chmod(0o755)
    checked = subprocess.run(
        [DOCKER / "check-engine.sh"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, bool(checked.stderr)) == (code, code != 0)
