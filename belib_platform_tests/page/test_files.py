"""The page as files, opened from a disk: the same figures, every view, and no request to anything but files."""

import asyncio
import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import time_machine
from playwright.sync_api import Browser, Page, expect

from belib_platform.files.replaced_folder import FolderError
from belib_platform.local.processes import wait_until
from belib_platform.page.answers import UnansweredError, answers_to
from belib_platform.page.files import ADDRESSES, MARK, write_page
from belib_platform.page.questions import ALL, ASKED, BIKES, each, name_of, of_bikes, questions
from belib_platform.page.rendering import FILES
from belib_platform.page.views import VIEWS
from belib_platform_tests.api.conftest import SETTINGS, History
from belib_platform_tests.forks import Fork
from belib_platform_tests.page.conftest import Site
from belib_platform_tests.page.test_bikes_missing import forget
from belib_platform_tests.page.test_page import expected, shown

MANY_OUTAGES = """
INSERT INTO mart.outage
SELECT (jsonb_populate_record(NULL::mart.outage, to_jsonb(o) || jsonb_build_object(
    'first_seen_at', o.first_seen_at - n * interval '1 minute'
))).*
FROM (SELECT * FROM mart.outage LIMIT 1) AS o, generate_series(1, 1500) AS n
"""

OTHER_PAGES = "(links) => links.filter((link) => link.getAttribute('href')[0] !== '#').map((link) => link.href)"
"""Where links lead that do not stay on the page."""

NOWHERE = "postgresql://127.0.0.1:1/nothing"


def write(folder: Path, url: str, api: str | None = None) -> int:
    """Write the page; in a thread of its own, because the browser's driver has a loop in this one."""
    work = write_page(folder, SETTINGS.model_copy(update={"home": folder.parent}), url, api, lambda _, _of: None)
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def held(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def folder(history: History, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page in files, written four minutes after the last poll of the history."""
    [newest] = history.sql(
        "SELECT max(fetched_at) + interval '4 minutes' AS at FROM clean.poll WHERE source = 'belib' AND is_folded"
    )
    out = tmp_path_factory.mktemp("written") / "site"
    with time_machine.travel(newest["at"], tick=True):  # type: ignore[arg-type]
        write(out, history.url)
    return out


@dataclass
class Disk:
    """A browser that opens the files."""

    folder: Path
    browser: Browser
    complaints: list[str] = field(default_factory=list)
    requested: list[str] = field(default_factory=list)

    def open(self, address: str = "", **context: object) -> Page:
        page = self.browser.new_context(**context).new_page()  # type: ignore[arg-type]
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.requested.append(request.url))
        page.goto(f"{self.folder.as_uri()}/{address}")
        if context.get("java_script_enabled", True):
            expect(page.locator("#main")).to_have_attribute("aria-busy", "false")
        return page


@pytest.fixture
def disk(folder: Path, running: Browser) -> Iterator[Disk]:
    found = Disk(folder, running)
    yield found
    assert {urlsplit(url).scheme for url in found.requested} <= {"file", "data"}


def answer(folder: Path, path: str, **parameters: str) -> dict[str, object]:
    """An answer as the files have it."""
    text = (folder / "answers" / f"{name_of(path, parameters)}.js").read_text("utf-8")
    _, _, rest = text.partition(", ")
    told: dict[str, object] = json.loads(rest.removesuffix(");\n"))
    return told


@pytest.mark.slow
def test_from_a_disk_it_shows_the_figures_of_the_warehouse(disk: Disk, site: Site) -> None:
    page = disk.open("index.html")
    assert shown(page) == expected(site)
    expect(page.locator("main > .notice").first).to_contain_text("Fichiers écrits le 31.03.2025 01:4")
    page.select_option("#power", "22")
    expect(page.locator("#available")).to_have_text(str(expected(site, 22)["available"]))
    assert shown(disk.open("en.html", java_script_enabled=False)) == expected(site)
    free = disk.open("en.html#view=audiences").locator("#drivers dd.value").first
    expect(free).to_have_text(str(expected(site)["available"]))
    assert disk.complaints == []


@pytest.mark.slow
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("file", ADDRESSES.values())
def test_every_view_has_its_answers_and_every_link_leads_somewhere(disk: Disk, view: str, file: str) -> None:
    page = disk.open(f"{file}#view={view}")
    expect(page.locator(f"#view-{view}")).to_be_visible()
    expect(page.locator("#trouble")).to_be_hidden()
    assert disk.complaints == []
    here = disk.folder.as_uri()
    for link in page.locator(f"header a, #view-{view} a, footer a").evaluate_all(OTHER_PAGES):
        is_kept = link.startswith(here) and (disk.folder / link.removeprefix(f"{here}/").partition("#")[0]).is_file()
        assert is_kept or urlsplit(link).scheme == "https", f"{link} leads nowhere"


@pytest.mark.slow
@pytest.mark.parametrize("view", VIEWS)
def test_what_can_be_selected_is_in_the_files(disk: Disk, view: str) -> None:
    page = disk.open(f"index.html#view={view}&in=4&power=22&days=91&weekday=7")
    expect(page.locator("#trouble")).to_be_hidden()
    assert disk.complaints == []


@pytest.mark.slow
@pytest.mark.parametrize("view", VIEWS)
def test_views_of_bikes_are_in_the_files(disk: Disk, view: str) -> None:
    page = disk.open(f"index.html#network=velib&view={view}&days=91&weekday=7&what=ebike")
    expect(page.locator("h1")).to_have_text("Vélib' à Paris")
    expect(page.locator("#trouble")).to_be_hidden()
    assert disk.complaints == []


@pytest.mark.slow
def test_when_shows_the_shares_of_its_answers(disk: Disk, history: History) -> None:
    [station] = history.sql("SELECT arrondissement FROM clean.station WHERE arrondissement IS NOT NULL LIMIT 1")
    page = disk.open(f"index.html#view=when&in={station['arrondissement']}&weekday=6&hour=18")
    told = answer(disk.folder, "best-times", arrondissement=str(station["arrondissement"]), weekday="6")
    [item] = [item for item in told["items"] if item["hour"] == 18]  # type: ignore[attr-defined]
    expect(page.locator("#when-says")).to_contain_text(f"{round(10 * item['free_ratio'])} fois sur 10")
    expect(page.locator("#hours-free tbody tr")).to_have_count(len(told["items"]))  # type: ignore[arg-type]


@pytest.mark.slow
def test_the_language_is_switched_and_the_selection_kept(disk: Disk) -> None:
    page = disk.open("index.html#view=when&in=4&weekday=6&hour=18")
    page.click("#language")
    page.wait_for_load_state("networkidle")
    assert page.url == f"{disk.folder.as_uri()}/en.html#view=when&in=4&weekday=6&hour=18"
    assert page.locator("html").get_attribute("lang") == "en"
    page.click("#language")
    expect(page.locator("h1")).to_have_text("Belib' à Paris")


@pytest.mark.slow
@pytest.mark.parametrize("selection", ["view=reliability&point=FRX", "view=when&place={address}"])
def test_a_selection_that_is_not_in_the_files_is_said(disk: Disk, history: History, selection: str) -> None:
    [station] = history.sql("SELECT address FROM clean.station WHERE address IS NOT NULL LIMIT 1")
    page = disk.open(f"index.html#{selection.format(address=station['address'])}")
    said = "Des chiffres manquent : la page en fichiers n'a pas cette réponse ; la page en ligne l'a."
    expect(page.locator("#trouble")).to_have_text(said)
    page.get_by_role("link", name="Maintenant", exact=True).click()
    page.evaluate("state.set('power', '')")
    expect(page.locator("#trouble")).to_be_hidden()


@pytest.mark.slow
def test_links_to_a_public_api_are_of_its_address(history: History, running: Browser, tmp_path: Path) -> None:
    write(tmp_path / "site", history.url, "https://belib.example/api/")
    page = Disk(tmp_path / "site", running).open("index.html#view=audiences")
    links = set(page.evaluate("[...document.links].map((link) => link.href)"))
    assert "https://belib.example/api/docs" in links
    assert "https://belib.example/api/v1/stations?near=48.853,2.369&radius=1000&free_min=1" in links


def test_the_folder_has_the_pages_their_files_and_an_answer_to_each_question(folder: Path) -> None:
    found = held(folder)
    answers = {f"answers/{name_of(one.path, one.parameters)}.js" for one in questions()}
    points = {outage["charge_point_id"] for outage in answer(folder, "outages", limit="10")["items"]}  # type: ignore[attr-defined]
    since = {"from": "2025-03-24T00:00:00.000Z", "limit": "1000"}
    answers |= {f"answers/{name_of(f'charge-points/{point}/history', since)}.js" for point in points}
    assert points
    stations = answer(folder, BIKES.path, **BIKES.parameters)
    answers |= {f"answers/{name_of(one.path, one.parameters)}.js" for one in of_bikes(stations)}
    assert "answers/bikes-daily,from=2025-03-24.js" in answers
    assert set(found) == {MARK, *ADDRESSES.values(), *(f"page/{name}" for name in FILES), *answers}
    assert set(ASKED) == set(VIEWS)
    assert answer(folder, "totals")["as_of"] == answer(folder, "weather", hours="6")["as_of"]


def test_all_pages_of_an_answer_are_kept(own_history: History) -> None:
    with psycopg.connect(own_history.url, autocommit=True) as connection:
        connection.execute(MANY_OUTAGES)

    async def found() -> dict[str, str]:
        asked = each("outages", limit=[ALL])
        return {name: text async for name, text in answers_to(asked, SETTINGS, own_history.url, datetime.now(UTC))}

    with ThreadPoolExecutor(1) as thread:
        pages = thread.submit(asyncio.run, found()).result()
    first, second = map(json.loads, pages.values())
    assert list(pages) == ["outages,limit=1000", f"outages,cursor={first['next_cursor']},limit=1000"]
    [count] = own_history.sql("SELECT count(*) AS n FROM mart.outage")
    assert (
        len({(item["charge_point_id"], item["first_seen_at"]) for item in [*first["items"], *second["items"]]})
        == count["n"]
        > 1500
    )
    assert (len(first["items"]), len(second["items"]), second["next_cursor"]) == (1000, count["n"] - 1000, None)


@pytest.mark.slow
@pytest.mark.parametrize(("left_out", "shown"), [("velib", "belib"), ("belib", "velib")])
def test_a_home_without_one_of_the_networks_has_its_files(
    own_history: History, tmp_path: Path, left_out: str, shown: str
) -> None:
    [newest] = own_history.sql("SELECT max(fetched_at) AS at FROM clean.poll")
    forget(own_history, left_out)
    with time_machine.travel(newest["at"], tick=True):  # type: ignore[arg-type]
        write(tmp_path / "site", own_history.url)
    for address in ADDRESSES.values():
        assert f'data-networks="{shown}"' in (tmp_path / "site" / address).read_text("utf-8")
    assert answer(tmp_path / "site", "weather", hours="6")["items"]


@pytest.mark.slow
def test_an_older_folder_stays_as_it_was_where_the_warehouse_is_away_or_empty(folder: Path, postgres_url: str) -> None:
    before = held(folder)
    with pytest.raises(UnansweredError, match=r"/v1/totals has no answer: The warehouse has no tables yet\."):
        write(folder, postgres_url)
    with pytest.raises(UnansweredError, match=r"/v1/totals has no answer: PostgreSQL does not answer\."):
        write(folder, NOWHERE)
    assert held(folder) == before
    assert {path.name for path in folder.parent.iterdir()} == {"site", ".site.belib-lock"}


def test_a_folder_of_others_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    (tmp_path / "photo").touch()
    with pytest.raises(FolderError, match="holds other files"):
        write(tmp_path, NOWHERE)
    assert [path.name for path in tmp_path.iterdir()] == ["photo"]


@pytest.mark.slow
def test_a_run_that_is_killed_leaves_the_older_folder(folder: Path, history: History, tmp_path: Path) -> None:
    older, out = held(folder), tmp_path / "site"
    write(out, history.url)
    before = held(out)
    dates = {name for name in before if name.startswith("answers/bikes-daily")}  # those before now
    assert set(older) >= set(before) - dates >= {MARK, *ADDRESSES.values()}
    environ = {**os.environ, "BELIB_HOME": str(tmp_path / "home"), "BELIB_READER_URL": history.url}
    command = ["belib_platform.cli", "page", "--out", str(out)]
    killed = Fork(*command, env=environ)
    assert wait_until(lambda: any((tmp_path / ".site.belib-new" / "answers").glob("*")), 60)
    killed.process.kill()
    assert killed.ended().returncode < 0
    assert (tmp_path / ".site.belib-new").exists()
    assert held(out) == before
    result = Fork(*command, env=environ).ended()
    assert result.returncode == 0, result.stderr
    assert set(held(out)) == set(before)
    assert held(out) != before
    assert not (tmp_path / ".site.belib-new").exists()
