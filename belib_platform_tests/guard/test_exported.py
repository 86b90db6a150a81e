"""The exported files beside the UI: opened by its own pages and links, and nothing else of the machine is."""

import http.client
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from belib_platform.local.ports import LOOPBACK
from belib_platform_tests.examples import examples
from belib_platform_tests.guard.served_ui import ServedUi

SECRET = b"not for others"
WRITTEN = {
    "README.md": ("text/plain; charset=utf-8", "inline"),
    "city_daily.csv": ("text/csv; charset=utf-8", 'attachment; filename="city_daily.csv"'),
    "city_daily.csv-metadata.json": ("application/json", "inline"),
    "city_daily.parquet": ("application/vnd.apache.parquet", 'attachment; filename="city_daily.parquet"'),
    "episode/episode_2026-11.parquet": (
        "application/vnd.apache.parquet",
        'attachment; filename="episode_2026-11.parquet"',
    ),
}
OF_THE_UI = {"sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}


@pytest.fixture(scope="module", autouse=True)
def home(ui: ServedUi) -> Path:
    """Exported files, and beside and between them what nobody exported."""
    home = ui.folder / "home"
    exports = home / "exports"
    for path in WRITTEN:
        (exports / path).parent.mkdir(parents=True, exist_ok=True)
        (exports / path).write_text(f"<script>{path}</script>", encoding="utf-8")
    for path in (home / "secret.md", home / "dagster.yaml", exports / ".README.md.part", exports / "page.html"):
        path.write_bytes(SECRET)
    (exports / ".hidden").mkdir(exist_ok=True)
    (exports / ".hidden" / "secret.md").write_bytes(SECRET)
    (exports / "linked.md").symlink_to(home / "secret.md")
    (exports / "linked").symlink_to(home)
    (exports / "folder.md").mkdir()
    return home


def asked(ui: ServedUi, path: str, method: str = "GET") -> tuple[int, bytes]:
    """Status and body of a request whose path is sent as it is: no client tidies it first."""
    with closing(http.client.HTTPConnection(LOOPBACK, ui.port, timeout=300)) as connection:
        connection.putrequest(method, path, skip_accept_encoding=True)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read()


@pytest.mark.family
@pytest.mark.parametrize("path", WRITTEN)
def test_a_file_opens_as_what_it_is_and_never_as_a_page(ui: ServedUi, path: str) -> None:
    answer = ui.client.get(f"{ui.url}/exports/{path}", headers=OF_THE_UI)
    assert (answer.status_code, answer.text) == (200, f"<script>{path}</script>")
    assert (answer.headers["content-type"], answer.headers["content-disposition"]) == WRITTEN[path]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    assert ui.client.head(f"{ui.url}/exports/{path}").headers["content-length"] == str(len(answer.content))


OUTSIDE = [
    "/exports",
    "/exports/",
    "/exports/../secret.md",
    "/exports/..%2fsecret.md",
    "/exports/%2e%2e/secret.md",
    "/exports/episode/../../secret.md",
    "/exports/episode%2f..%2f..%2fsecret.md",
    "/exports/..\\secret.md",
    "/exports//secret.md",
    "/exports/linked.md",
    "/exports/linked/secret.md",
    "/exports/linked/dagster.yaml",
    "/exports/folder.md",
    "/exports/episode",
    "/exports/.README.md.part",
    "/exports/.hidden/secret.md",
    "/exports/page.html",
    "/exports/README.md%00",
    "/exports/README.md%0a",
    "/exports/nothing.md",
    "/exports/%c3%a9.md",
    "//exports/../secret.md",
]


@pytest.mark.parametrize("path", OUTSIDE)
def test_what_was_not_exported_is_not_found(ui: ServedUi, path: str) -> None:
    status, body = asked(ui, path)
    assert SECRET not in body
    if path.startswith("/exports/"):
        assert status == 404


@given(
    st.lists(
        st.sampled_from(["..", ".", "", "linked", "episode", "secret.md", ".hidden", "%2e%2e", "home"]), max_size=6
    )
)
@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_path_leads_out_of_the_folder(ui: ServedUi, parts: list[str]) -> None:
    for path in ("/".join(parts), quote("/".join(parts), safe="")):
        assert SECRET not in asked(ui, f"/exports/{path}")[1]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_files_are_only_read(ui: ServedUi, home: Path, method: str) -> None:
    assert asked(ui, "/exports/README.md", method)[0] == 405
    assert (home / "exports" / "README.md").exists()


@pytest.mark.parametrize("dest", ["script", "image", "iframe", "empty"])
def test_a_page_of_another_site_cannot_have_a_file(ui: ServedUi, dest: str) -> None:
    sent = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": dest}
    assert ui.client.get(f"{ui.url}/exports/city_daily.csv", headers=sent).status_code == 403
    assert ui.client.get(f"{ui.url}/exports/city_daily.csv", headers={"host": "evil.example"}).status_code == 421
