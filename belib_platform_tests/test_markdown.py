"""What others wrote is shown as they wrote it: no emphasis, link, image or HTML comes of it, and no cell breaks."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from belib_platform.checks.finding import Finding
from belib_platform.checks.results import check_result
from belib_platform.markdown import LONGEST, literal, table
from belib_platform.recordings.importing import ImportResult
from belib_platform.recordings.inbox.importing import Outcome

RENDERER = MarkdownIt("commonmark").enable(["table", "strikethrough"])

ODD = [
    "FR*V75*BPX05*14",
    "_a_ __b__ ~~c~~",
    "![x](http://example.org/x.png)",
    "[x](javascript:alert(1)) [x][y] <http://example.org>",
    "https://example.org www.example.org a@example.org",
    "<img src=x onerror=alert(1)> <!-- x --> &amp; &#42;",
    "a|b||c|",
    "\\|\\`\\*\\",
    "`", "``", "`a`", " ` ", "a``b`c", " `a` ",
    " ", "  ", " a ", "",
    "- a\n# b\r\n\tc\n\n---\n> d\n1. e",
    "no\xa0break\u2028line \u202e \x00 \ud800",
    '{"id_pdc": "FR*V75*E", "x": ["|", "\\\\|"]}',
]  # fmt: skip
"""Texts that mean something in Markdown."""


def tokens(markdown: str) -> Iterator[Token]:
    for token in RENDERER.parse(markdown):
        yield token
        yield from token.children or []


def shown(markdown: str) -> str:
    """The text that comes of inline Markdown; all but pipes must stand in code."""
    inline = [token for token in tokens(markdown) if token.type in {"code_inline", "text"}]
    kinds = {token.type for token in tokens(markdown)}
    assert kinds <= {"paragraph_open", "inline", "code_inline", "text", "paragraph_close"}, kinds
    assert {token.content.strip("|") for token in inline if token.type == "text"} <= {""}
    return "".join(token.content for token in inline)


def printed(text: str) -> str:
    """What is shown of a text: itself, on one line."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def with_examples(test: Callable[..., None]) -> Callable[..., None]:
    """The odd texts are tried every time."""
    for text in ODD:
        test = example(text)(test)
    return test


ANY = st.text(st.sampled_from("*_`~[]()!<>|\\#&;-+.:/@ \n\r\t\0a1é\xa0") | st.characters(), max_size=30)


@with_examples
@given(ANY)
def test_a_text_is_shown_as_it_is(text: str) -> None:
    assert shown(literal(text)) == printed(text)
    assert "\n" not in literal(text)


@with_examples
@given(ANY)
def test_a_cell_is_shown_as_it_is_and_stays_one_cell(text: str) -> None:
    frame = pl.DataFrame({"id": ["before", text.encode("utf-8", "replace").decode(), "after"], "n": [1, 2, 3]})
    parsed = list(tokens(table(frame)))
    allowed = {"table", "thead", "tbody", "tr", "th", "td"}
    inline = {token.type for token in parsed if token.type.rpartition("_")[0] not in allowed}
    assert inline <= {"inline", "code_inline", "text"}, inline
    rows = _rows(parsed)
    assert rows == [["id", "n"], ["before", "1"], [printed(frame["id"][1]), "2"], ["after", "3"]]


def _rows(parsed: list[Token]) -> list[list[str]]:
    rows: list[list[str]] = []
    for token in parsed:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append("".join(child.content for child in token.children or []))
    return rows


def test_a_long_text_is_cut_before_it_is_shown() -> None:
    assert _rows(list(tokens(table(pl.DataFrame({"id": ["`" * 999]})))))[1] == ["`" * LONGEST + "…"]


def test_other_values_are_shown_plainly_and_nested_ones_as_text() -> None:
    frame = pl.DataFrame({"at": [datetime(2026, 1, 5, tzinfo=UTC)], "x": [-0.5], "none": [None], "ids": [["*a*", "|"]]})
    assert _rows(list(tokens(table(frame))))[1] == ["2026-01-05 00:00:00+00:00", "-0.5", "null", "['*a*', '|']"]


@pytest.mark.parametrize("text", [text for text in ODD if text.isprintable() and text])
def test_what_dagster_is_told_of_a_check_shows_the_sample_as_it_is(text: str) -> None:
    result = check_result("a", "c", Finding(passed=False, numbers={}, sample=pl.DataFrame({"id": [text]})))
    sample = result.metadata["sample"]
    assert isinstance(sample, dg.MarkdownMetadataValue)
    assert _rows(list(tokens(sample.value or "")))[1] == [text]


def test_what_dagster_is_told_of_an_import_shows_names_and_reasons_as_they_are() -> None:
    refused = [(text, text) for text in ODD if text.isprintable() and text.strip()]
    told = Outcome(ImportResult(refused=refused, refused_files={Path("x")}), None).metadata()["not_taken"].value
    parsed = list(tokens(told))
    kinds = {token.type.removesuffix("_open").removesuffix("_close") for token in parsed}
    assert kinds <= {"bullet_list", "list_item", "paragraph", "inline", "code_inline", "text"}
    lines = ["".join(child.content for child in token.children or []) for token in parsed if token.type == "inline"]
    assert lines == [f"{text}: {text}" for text, _ in refused]
