"""Indices behind an alias, with mappings made from contracts.

A changed contract creates a new generation of the index, which replaces the old one under the alias once it is
complete. An existing mapping is never altered.
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from belib_platform.contracts.contract import Contract
from belib_platform.contracts.mapping import index_mapping
from belib_platform.search.client import Search

UNPARTITIONED = "all"
"""In place of a month, in the name of an index that is not divided into months."""

SETTINGS = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}

MONTH_SETTINGS = {**SETTINGS, "codec": "best_compression"}
"""A month is written once and kept for years. The codec can be set only when an index is created."""


class IndexState(NamedTuple):
    """An existing index: one generation of a part, which is a month or `all`.

    `is_published` says that the alias points to it, `is_created_here` that this platform created it, and
    `matches_contract` that its mapping is what the contract declares now.
    """

    name: str
    part: str
    generation: int
    is_published: bool
    is_created_here: bool
    matches_contract: bool


def living(search: Search, contract: type[Contract]) -> list[IndexState]:
    """The existing indices of a contract, ordered by part and generation; indices with other names are ignored."""
    alias = search.alias(contract)
    shape = re.compile(rf"{re.escape(alias)}-(\d{{4}}\.\d\d|{UNPARTITIONED})-(\d+)")
    found = search.client.indices.get(index=f"{alias}-*", allow_no_indices=True)
    matches = ((shape.fullmatch(name), state) for name, state in found.items())
    indices = [
        IndexState(
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


def targets(indices: list[IndexState]) -> dict[str, IndexState]:
    """The index to write to by part: its newest generation whose mapping matches the contract."""
    return {index.part: index for index in indices if index.matches_contract}


def target(search: Search, contract: type[Contract], part: str) -> str:
    """Name of the index to write a part to; creates the next generation if no index matches the contract.

    The alias points to the first index of a part at once, to a later generation only once it is complete (`publish`).
    """
    own = [index for index in living(search, contract) if index.part == part]
    if found := targets(own).get(part):
        return found.name
    alias = search.alias(contract)
    name = f"{alias}-{part}-{max((index.generation for index in own), default=0) + 1}"
    first: dict[str, dict[str, Any]] = {} if any(index.is_published for index in own) else {alias: {}}
    settings = SETTINGS if part == UNPARTITIONED else MONTH_SETTINGS
    search.client.indices.create(index=name, mappings=index_mapping(contract), settings=settings, aliases=first)
    return name


def publish(search: Search, contract: type[Contract], is_whole: Callable[[IndexState], bool]) -> None:
    """Point the alias to each part's newest generation if it is complete (`is_whole`), and delete older generations.

    The alias changes in one step, so that readers see either the old or the new index.
    """
    indices, alias = living(search, contract), search.alias(contract)
    for part, index in targets(indices).items():
        older = [other for other in indices if other.part == part and other.generation < index.generation]
        if (index.is_published and not older) or (any(o.is_published for o in older) and not is_whole(index)):
            continue
        retired = [other for other in older if other.is_published or other.is_created_here]
        removals = [{"remove": {"index": other.name, "alias": alias}} for other in older if other.is_published]
        search.client.indices.update_aliases(actions=[{"add": {"index": index.name, "alias": alias}}, *removals])
        for other in retired:
            delete_index(search, other.name)


def delete_index(search: Search, name: str) -> None:
    """Delete one index by its exact name, if it exists."""
    search.client.options(ignore_status=404).indices.delete(index=name)


def _shape_of(mapping: dict[str, Any]) -> tuple[Any, ...]:
    """What is compared of a mapping: strictness, the contract's fingerprint and the type of each field."""
    fields = {field: spec.get("type", "object") for field, spec in mapping.get("properties", {}).items()}
    return str(mapping.get("dynamic")), mapping.get("_meta", {}).get("contract"), fields
