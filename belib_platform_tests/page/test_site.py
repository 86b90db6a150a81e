"""The page without a browser: its files, its words, and what it says where stores are empty or away."""

import hashlib
import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import httpx
import pytest

from belib_platform.page.rendering import FILES, HERE, LATER
from belib_platform.page.site import language_of
from belib_platform.page.views import VIEWS, WORDS
from belib_platform.settings import SIMULATED_MARK
from belib_platform_tests.api.conftest import SETTINGS, History
from belib_platform_tests.api.served import served

TEXTS = "\n".join(
    path.read_text("utf-8") for path in [*(HERE / "static").glob("*.js"), *(HERE / "templates").rglob("*.html")]
)
PLACEHOLDER = re.compile(r"\{\w+\}")


@pytest.fixture
def client(history: History, tmp_path: Path) -> Iterator[httpx.Client]:
    with served(SETTINGS.model_copy(update={"home": tmp_path}), history.url) as found:
        yield found


@pytest.mark.parametrize("folder", ["leaflet", "uplot"])
def test_the_files_of_others_are_unchanged(folder: str) -> None:
    own = HERE / "vendored" / folder
    manifest = json.loads((own / "manifest.json").read_text("utf-8"))
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in own.iterdir()}
    del found["manifest.json"]
    assert found == manifest["sha256"]
    assert "LICENSE" in found


@pytest.mark.parametrize("word", WORDS)
def test_a_word_is_used_and_says_the_same_in_both_languages(word: str) -> None:
    french, english = WORDS[word]
    assert PLACEHOLDER.findall(french) == PLACEHOLDER.findall(english)
    prefix, _, name = word.partition("_")
    is_composed = (
        (prefix == "view" and name in VIEWS)
        or f'["{prefix}_" ~' in TEXTS
        or f"words(`{prefix}_$" in TEXTS
        or (prefix == "bike" and bool(re.search(rf'(of_network|ofNetwork)\("{name}"|data-word="{name}"', TEXTS)))
    )
    assert is_composed or re.search(rf"\b{word}\b", TEXTS), "nothing shows it"


def test_no_word_has_two_meanings() -> None:
    modules = [import_module(f"belib_platform.page.words.{name}") for name in ("page", "bikes", *VIEWS)]
    assert sum(len(module.WORDS) for module in modules) == len(WORDS)


def test_every_file_is_served_and_allows_no_other_host(client: httpx.Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    named = set(re.findall(r'(?:src|href)="page/([^"]+)"', answer.text))
    assert named == set(FILES) - set(LATER)
    assert {path.name for path in (HERE / "static").iterdir()} <= set(FILES)
    for path in ("/", *(f"/page/{name}" for name in FILES)):
        rules = client.get(path).headers["content-security-policy"]
        assert "default-src 'none'" in rules
        assert "unsafe" not in rules
    assert client.get("/page/page.html").status_code == 404
    assert client.get("/page/..%2Fsite.py").status_code == 404


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        (None, "", "fr"),
        (None, "en-US,en;q=0.9", "en"),
        (None, "de,en;q=0.5", "en"),
        (None, "de", "fr"),
        ("en", "fr", "en"),
        ("xx", "en", "en"),
    ],
)
def test_the_language_is_the_one_asked_for_else_the_first_that_is_there(
    asked: str | None, accepted: str, language: str
) -> None:
    assert language_of(asked, accepted) == language


def test_a_text_of_the_address_is_not_part_of_the_page(client: httpx.Client) -> None:
    answer = client.get("/", params={"lang": "<b>"})
    assert "<b>" not in answer.text


def test_an_empty_warehouse_and_one_that_is_away_are_said(postgres_url: str) -> None:
    with served(SETTINGS, postgres_url) as empty:
        answer = empty.get("/", params={"lang": "en"})
        assert answer.status_code == 200
        assert "The history has no reading yet." in answer.text
    with served(SETTINGS, "postgresql://127.0.0.1:1/nothing") as away:
        answer = away.get("/", params={"lang": "en"})
        assert answer.status_code == 200
        assert "the database does not answer." in answer.text


def test_simulated_data_are_said_to_be(history: History, tmp_path: Path) -> None:
    settings = SETTINGS.model_copy(update={"home": tmp_path})
    with served(settings, history.url) as client:
        assert '<p class="notice">Données simulées' not in client.get("/").text
    (tmp_path / SIMULATED_MARK).touch()
    with served(settings, history.url) as client:
        assert '<p class="notice">Données simulées' in client.get("/").text
