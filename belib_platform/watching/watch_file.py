"""The file of watches: TOML with a table `[[watch]]` for each."""

import tomllib
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from belib_platform.watching.watch import Watch


class WatchFileError(Exception):
    """A file of watches cannot be used; the message names the file, the watch and the rule, and shows no receiver."""


class _Watches(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    watch: list[Annotated[Watch, Field(discriminator="network")]] = Field(min_length=1)


NETWORKS = 'network should be "belib" or "velib"'

SENTENCES = {
    "union_tag_invalid": NETWORKS,
    "union_tag_not_found": NETWORKS,
    "extra_forbidden": "there is no key {key}",
    "missing": "{key} is missing",
    "string_pattern_mismatch": "{key} contains what a {key} cannot contain",
}
"""What pydantic says in words of its own."""


def read_watches(path: Path) -> list[Watch]:
    """The watches of a file, each with a name of its own. Raises WatchFileError, and OSError if it cannot be opened."""
    content = path.read_bytes()
    try:
        document = tomllib.loads(content.decode("utf-8-sig"))  # editors on Windows begin with a mark
    except RecursionError:
        raise WatchFileError(f"{path}: it has values that are nested too deeply.") from None
    except ValueError as error:  # of TOML, of UTF-8, of numbers that are too long
        raise WatchFileError(f"{path}: it has {_without_text(error)}.") from None
    try:
        watches = _Watches.model_validate(document).watch
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False, include_context=False)
        sentences = dict.fromkeys(_sentence(document, detail["type"], detail["loc"], detail["msg"]) for detail in found)
        raise WatchFileError(f"{path}: {'; '.join(sentences)}.") from None
    for name, count in Counter(watch.name for watch in watches).items():
        if count > 1:
            raise WatchFileError(f"{path}: watch {name}: {count} watches have this name.")
    return watches


def _without_text(error: ValueError) -> str:
    """Where the fault is; what stands there may be part of a receiver."""
    if not isinstance(error, tomllib.TOMLDecodeError):
        return "bytes that are not UTF-8, or a number that is too long"
    return f"a fault in its TOML {str(error).rpartition('(')[2].rstrip(')')}"


def _sentence(document: dict[str, Any], kind: str, place: tuple[int | str, ...], message: str) -> str:
    """One fault of a document; `place` is `watch`, the position of the watch, its network, and the key."""
    if len(place) < 2:
        key = place[0] if place else ""
        return SENTENCES["extra_forbidden"].format(key=key) if kind == "extra_forbidden" else "it has no [[watch]]"
    key = place[3] if len(place) > 3 else ""
    rule = SENTENCES[kind].format(key=key) if kind in SENTENCES else message.removeprefix("Value error, ")
    has_key = key and kind not in SENTENCES
    return f"watch {_name(document, int(place[1]))}: {f'{key}: ' if has_key else ''}{rule}"


def _name(document: dict[str, Any], position: int) -> str:
    """The name of a watch, or its number if it has none that can be shown."""
    watch = document["watch"][position]
    name = watch.get("name") if isinstance(watch, dict) else None
    return name if isinstance(name, str) and name.isprintable() and name.strip() else f"number {position + 1}"
