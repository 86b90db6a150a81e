"""The page as a text, and the files that it names."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from belib_platform.page.views import VIEWS, words_of
from belib_platform.page.words.word import LANGUAGES, Language

HERE = Path(__file__).parent

STYLES = ("leaflet.css", "uPlot.min.css", "page.css")
SCRIPTS = (
    "leaflet.js",
    *("texts.js", "elements.js", "state.js", "networks.js", "ask.js", "places.js", "map.js", "nearest.js"),
    *("bikes_now.js", "now.js", "heard.js", "views.js"),
)
"""Of the first view, in the order of their running: the last one starts it."""

OTHERS = (
    *("bands.js", "band_table.js", "bikes_trends.js", "bikes_reliability.js"),
    *(f"{view}.js" for view in VIEWS if f"{view}.js" not in SCRIPTS),
)
"""Of the other views, in the order of their running; loaded when one of them is first shown."""

LATER = (*OTHERS, "uPlot.iife.min.js")
"""Loaded by scripts, none of them for the first view."""

_KEPT = {
    path.name: path for folder in ("static", "vendored/leaflet", "vendored/uplot") for path in (HERE / folder).iterdir()
}

FILES = {name: _KEPT[name] for name in ("icon.svg", *STYLES, *SCRIPTS, *LATER)}
"""Files by their names below `page/`."""

TEMPLATES = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


class Around(NamedTuple):
    """What differs between a page that is served and one that is a file.

    `api` is the address of the API, relative or absolute, with a slash at its end; None where none can be asked.
    `other_address` is where the page in the other language is.
    """

    other_address: str
    api: str | None = ""
    written_at: Any = None
    ui_url: str | None = None
    tiles: str = ""
    tiles_attribution: str = ""


def page_of(language: Language, figures: dict[str, Any], around: Around, *, is_simulated: bool) -> str:
    """The page in a language. `figures` are those that stand in it without scripts."""
    words = words_of(language)
    return TEMPLATES.get_template("page.html").render(
        **around._asdict(),
        **figures,
        language=language,
        other=other_than(language),
        views=VIEWS,
        styles=STYLES,
        scripts=SCRIPTS,
        others=OTHERS,
        words=words,
        words_json=json.dumps(words, ensure_ascii=False).replace("<", "\\u003c"),
        number=number_in(language),
        is_simulated=is_simulated,
    )


def other_than(language: Language) -> Language:
    """The language to which the page can be switched."""
    return next(name for name in LANGUAGES if name != language)


def number_in(language: Language) -> Callable[[int], str]:
    """A function that writes a whole number as the language does."""
    separator = {"fr": "\u202f", "en": ","}[language]
    return lambda n: f"{n:,}".replace(",", separator)
