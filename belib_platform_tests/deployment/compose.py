"""The compose files as Docker Compose would see them: variables put in, overlays laid over the base."""

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
DOCKER = ROOT / "docker"
BASE = "compose.yaml"
OVERLAYS = ("compose.celery.yaml", "compose.docker-launcher.yaml", "compose.kafka.yaml", "compose.login.yaml")
LAUNCHERS = OVERLAYS[:2]
"""Overlays that each put a configuration of Dagster's instance in place of the image's: one of them at a time."""

TOGETHER = [(BASE, launcher, "compose.login.yaml") for launcher in LAUNCHERS]
STACKS = [(BASE,), *((BASE, overlay) for overlay in OVERLAYS), *TOGETHER]

VARIABLE = re.compile(r"\$(?:\$|\{(?P<name>[A-Z_]+)(?::(?P<kind>[-?])(?P<rest>[^}]*))?\})")


class Reset(list[Any]):
    """`!reset`: what the base says of it is dropped."""


class Loader(yaml.SafeLoader):
    """YAML with Compose's own tag."""


Loader.add_constructor("!reset", lambda _loader, _node: Reset())


def written(name: str) -> dict[str, Any]:
    """A YAML file of the folder as it is written."""
    loaded: dict[str, Any] = yaml.load((DOCKER / name).read_text(encoding="utf-8"), Loader)
    return loaded


def stack(*names: str, **variables: str) -> dict[str, Any]:
    """The files laid over each other, with the variables put in."""
    whole: Any = {}
    for name in names:
        whole = _laid_over(whole, written(name))
    result: dict[str, Any] = _filled(whole, variables)
    return result


def variables_of(name: str) -> dict[str, str | None]:
    """The variables a file uses, with their defaults; None where it needs one."""
    found = VARIABLE.finditer((DOCKER / name).read_text(encoding="utf-8"))
    return {match["name"]: match["rest"] if match["kind"] == "-" else None for match in found if match["name"]}


def _laid_over(base: Any, top: Any) -> Any:
    if isinstance(base, dict) and isinstance(top, dict):
        return base | {key: _laid_over(base.get(key), value) for key, value in top.items()}
    if isinstance(base, list) and isinstance(top, list) and not isinstance(top, Reset):
        return base + top
    return list(top) if isinstance(top, Reset) else top


def _filled(value: Any, variables: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(inner, variables) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, variables) for inner in value]
    return VARIABLE.sub(lambda match: _value(match, variables), value) if isinstance(value, str) else value


def _value(match: re.Match[str], variables: dict[str, str]) -> str:
    if match["name"] is None:
        return "$"
    if match["kind"] == "-":
        return variables.get(match["name"], match["rest"])
    return variables[match["name"]]
