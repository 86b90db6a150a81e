"""Indices behind an alias: made from contracts, recognised by their mapping, replaced beside, never altered."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from belib_platform.contracts.contract import Contract
from belib_platform.contracts.mapping import index_mapping
from belib_platform.search.client import Search

WHOLE = "all"
"""Part of an index that is not cut into months."""

SETTINGS = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}

MONTH_SETTINGS = {**SETTINGS, "codec": "best_compression"}
"""A month is written once and kept for years; its codec can be chosen only when it is made."""


class Living(NamedTuple):
    """An index that exists: a part (a month or all) in some generation."""

    name: str
    part: str
    generation: int
    is_published: bool
    is_ours: bool
    is_as_declared: bool


def living(search: Search, contract: type[Contract]) -> list[Living]:
    """The indices of a contract, by part and generation; those of other shapes of name are not looked at."""
    alias = search.alias(contract)
    shape = re.compile(rf"{re.escape(alias)}-(\d{{4}}\.\d\d|{WHOLE})-(\d+)")
    found = search.client.indices.get(index=f"{alias}-*", allow_no_indices=True)
    matches = ((shape.fullmatch(name), state) for name, state in found.items())
    indices = [
        Living(
            match.group(0),
            match.group(1),
            int(match.group(2)),
            alias in state.get("aliases", {}),
            "contract" in state["mappings"].get("_meta", {}),
            _shape_of(state["mappings"]) == _shape_of(index_mapping(contract)),
        )
        for match, state in matches
        if match
    ]
    return sorted(indices, key=lambda index: (index.part, index.generation))


def targets(indices: list[Living]) -> dict[str, Living]:
    """Of each part the newest generation that is as its contract declares: where documents are written."""
    return {index.part: index for index in indices if index.is_as_declared}


def target(search: Search, contract: type[Contract], part: str) -> str:
    """The index to write a part to; made, under the next generation's number, where none is as declared.

    The first index of a part is read from at once, a later one when it is whole (`publish`).
    """
    own = [index for index in living(search, contract) if index.part == part]
    if found := targets(own).get(part):
        return found.name
    alias = search.alias(contract)
    name = f"{alias}-{part}-{max((index.generation for index in own), default=0) + 1}"
    first: dict[str, dict[str, Any]] = {} if any(index.is_published for index in own) else {alias: {}}
    settings = SETTINGS if part == WHOLE else MONTH_SETTINGS
    search.client.indices.create(index=name, mappings=index_mapping(contract), settings=settings, aliases=first)
    return name


def publish(search: Search, contract: type[Contract], is_whole: Callable[[Living], bool]) -> None:
    """Read from each part's target that is whole, in one step instead of from what it replaces, which is deleted."""
    indices, alias = living(search, contract), search.alias(contract)
    for part, index in targets(indices).items():
        older = [other for other in indices if other.part == part and other.generation < index.generation]
        if (index.is_published and not older) or (any(o.is_published for o in older) and not is_whole(index)):
            continue
        retired = [other for other in older if other.is_published or other.is_ours]
        removals = [{"remove": {"index": other.name, "alias": alias}} for other in older if other.is_published]
        search.client.indices.update_aliases(actions=[{"add": {"index": index.name, "alias": alias}}, *removals])
        for other in retired:
            delete_index(search, other.name)


def delete_index(search: Search, name: str) -> None:
    """Delete one index by its exact name, if it is there."""
    search.client.options(ignore_status=404).indices.delete(index=name)


def _shape_of(mapping: dict[str, Any]) -> tuple[Any, ...]:
    """What must not differ: strictness, the contract's fingerprint, every field's type."""
    fields = {field: spec.get("type", "object") for field, spec in mapping.get("properties", {}).items()}
    return str(mapping.get("dynamic")), mapping.get("_meta", {}).get("contract"), fields
