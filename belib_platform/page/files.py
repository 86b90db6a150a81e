"""The page as files that a browser opens from a disk, or that any web server serves."""

import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from belib_platform.api.instants import this_moment
from belib_platform.files.replaced_folder import replaced_folder
from belib_platform.page.answers import answers_to
from belib_platform.page.questions import BIKES, name_of, of_bikes, questions
from belib_platform.page.rendering import FILES, Around, other_than, page_of
from belib_platform.page.site import PARIS, figures
from belib_platform.page.words.word import LANGUAGES, Language
from belib_platform.settings import Settings

MARK = "WRITTEN_BY_BELIB"
SAYS = "`belib page` wrote this folder, and replaces all of it when it writes it anew.\n"

ADDRESSES: dict[Language, str] = {"fr": "index.html", "en": "en.html"}

BIKES_NAME = name_of(BIKES.path, BIKES.parameters)
"""The name of the answer that tells whether there are bikes."""

Progress = Callable[[int, int], None]
"""Called with the number of answers that have come since, and of all questions."""


async def write_page(folder: Path, settings: Settings, reader_url: str, api: str | None, progress: Progress) -> int:
    """Write the page in both languages with the API's answers of now; returns the number of bytes.

    `api` is the address of a public API, to which the page then links. After an error or a kill, `folder` is as it was.
    Raises FolderError if it is not one of ours, and UnansweredError if the warehouse is empty or away.
    """
    asked, at = questions(), this_moment()
    expected = len(asked)
    with replaced_folder(folder, MARK, SAYS) as new:
        for below in ("page", "answers"):
            (new / below).mkdir()
        for name, path in FILES.items():
            shutil.copyfile(path, new / "page" / name)
        told: dict[str, dict[str, Any]] = {}
        async for name, text in answers_to(asked, settings, reader_url, at):
            (new / "answers" / f"{name}.js").write_text(f"answerIs({json.dumps(name)}, {text});\n", "utf-8")
            if name in ("totals", BIKES_NAME):
                told[name] = json.loads(text)
            if name == BIKES_NAME:
                expected += len(of_bikes(told[name]))
            progress(1, expected)
        for language in LANGUAGES:
            around = Around(other_address=ADDRESSES[other_than(language)], api=api, written_at=at.astimezone(PARIS))
            totals, bikes = told["totals"], told[BIKES_NAME]
            said = figures(totals, _answered_at(totals), _answered_at(bikes), totals["licences"])
            text = page_of(language, said, around, is_simulated=settings.is_simulated)
            (new / ADDRESSES[language]).write_text(text, "utf-8")
        return sum(path.stat().st_size for path in new.rglob("*") if path.is_file())


def _answered_at(told: dict[str, Any]) -> datetime | None:
    """When the network of an answer last answered itself, if it did."""
    newest = told["newest_response_at"]
    return datetime.fromisoformat(newest) if newest else None
