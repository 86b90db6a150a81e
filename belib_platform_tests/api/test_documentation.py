"""The page of the API's documentation: in a browser, from files of this package alone, which are what they were."""

import hashlib
import json
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import expect

from belib_platform.api.documentation.page import FILES, SWAGGER_UI
from belib_platform_tests.browser import browser, chromium

MANIFEST = "manifest.json"


def test_the_files_of_others_are_unchanged() -> None:
    manifest = json.loads((SWAGGER_UI / MANIFEST).read_text(encoding="utf-8"))
    found = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in SWAGGER_UI.iterdir()}
    del found[MANIFEST]
    assert found == manifest["sha256"]
    assert "LICENSE" in found


def test_the_page_allows_only_scripts_and_styles_of_its_own_host(api: httpx.Client) -> None:
    for path in ("/docs", *(f"/docs/{name}" for name in FILES)):
        answer = api.get(path)
        assert answer.status_code == 200
        rules = dict(rule.split(" ", 1) for rule in answer.headers["content-security-policy"].split("; "))
        assert (rules["default-src"], rules["script-src"], rules["style-src"]) == ("'none'", "'self'", "'self'")
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/docs/index.html", "/docs/manifest.json", "/docs/..%2Fapp.py", "/docs/LICENSE"])
def test_no_other_file_is_served(api: httpx.Client, path: str) -> None:
    assert api.get(path).status_code == 404


@pytest.mark.slow
@pytest.mark.skipif(chromium() is None, reason="no Chromium on the PATH")
def test_a_browser_shows_every_endpoint_and_asks_no_other_host(api: httpx.Client) -> None:
    paths = api.get("/v1/openapi.json").json()["paths"]
    requested: list[str] = []
    complaints: list[str] = []
    with browser() as running:
        page = running.new_page()
        page.on("request", lambda request: requested.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{api.base_url}/docs")
        shown = page.locator(".opblock-summary-path")
        expect(shown).to_have_count(len(paths))
        assert {text.replace("\u200b", "") for text in shown.all_inner_texts()} == paths.keys()
        page.locator(".opblock", has_text="/v1/quality").locator(".opblock-summary-control").click()
        page.get_by_role("button", name="Execute").click()
        expect(page.locator(".live-responses-table .response-col_status").nth(1)).to_have_text("200")
    hosts = {urlsplit(url).netloc for url in requested if not url.startswith("data:")}
    assert hosts == {urlsplit(str(api.base_url)).netloc}
    assert complaints == []
