"""indices ↔ tables: every stored document, compared with the one that its rows make."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from belib_platform.contracts.contract import Contract, name
from belib_platform.repair.doctor.finding import Finding, Remedy
from belib_platform.repair.doctor.rows import in_words
from belib_platform.repair.doctor.stores import Stores
from belib_platform.search.availability import day_documents, of_days
from belib_platform.search.bulk import AT_ONCE
from belib_platform.search.client import Search
from belib_platform.search.errors import in_sentences
from belib_platform.search.hourly_index import HOURLY
from belib_platform.search.indices import living
from belib_platform.search.invalid_documents import sifted
from belib_platform.search.loading import EVERYTHING, documents_of
from belib_platform.search.present_index import PRESENT
from belib_platform.search.unpartitioned import arrondissements, present
from belib_platform.sources.arrondissements import ARRONDISSEMENTS


def hours_and_mart(stores: Stores, day: date) -> Iterator[Finding]:
    """Documents of a UTC day that differ from its hours; any document of a day that is not to be indexed."""
    for index in HOURLY:
        is_indexed = day in stores.indexed_days[index]
        if _is_empty_by_nature(stores, index.contract):
            if is_indexed:
                summary = "the local search server, which forgets when it stops, is empty: the next run fills it"
                yield Finding(_layer(index.contract), day, summary, is_remark=True)
            continue
        if is_indexed:
            frame = day_documents(stores.warehouse, stores.bases[index], day)
        else:
            frame = index.contract.create_empty()
        yield from _compared(stores, index.contract, day, frame, of_days(day, day), Remedy.HOURS)


def present_and_tables(stores: Stores) -> Iterator[Finding]:
    """Documents of what is present and of the borders that differ from their newest inputs."""
    borders = arrondissements(stores.raw.responses(ARRONDISSEMENTS.collection))
    for content in (*(present(stores.warehouse, index) for index in PRESENT), borders):
        if not _is_empty_by_nature(stores, content.contract):
            day, documents = stores.now.date(), content.documents()
            yield from _compared(stores, content.contract, day, documents, EVERYTHING, Remedy.PRESENT)


def _compared(
    stores: Stores, contract: type[Contract], day: date, frame: pl.DataFrame, query: Mapping[str, Any], remedy: Remedy
) -> Iterator[Finding]:
    made = {key: json.loads(body) for key, body in documents_of(contract, sifted(contract, frame).kept).items() if body}
    held: dict[str, Any] = {}
    twice = 0
    with in_sentences():
        for key, document in _documents(stores.search, contract, query):
            twice += key in held
            held[key] = document
    wrong = sorted(key for key in made.keys() | held.keys() if made.get(key) != held.get(key))
    if wrong:
        example = in_words(wrong[0], held.get(wrong[0]), made.get(wrong[0]))
        yield Finding(_layer(contract), day, "documents differ", len(wrong), example, remedy)
    elif twice:
        yield Finding(_layer(contract), day, "documents are there twice", twice, remedy=remedy)


def _documents(search: Search, contract: type[Contract], query: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """`_id` and source of the documents of an alias; none if it does not exist."""
    [key] = contract.primary_key()
    client = search.client.options(ignore_status=404)
    after: list[Any] | None = None
    while True:
        answer = client.search(
            index=search.alias(contract), query=query, sort=[{key: "asc"}], size=AT_ONCE, search_after=after
        )
        response = answer["hits"]["hits"] if "hits" in answer else []
        yield from ((hit["_id"], hit["_source"]) for hit in response)
        if len(response) < AT_ONCE:
            return
        after = response[-1]["sort"]


def _is_empty_by_nature(stores: Stores, contract: type[Contract]) -> bool:
    with in_sentences():
        return stores.search.kept_hours is not None and not living(stores.search, contract)


def _layer(contract: type[Contract]) -> str:
    return f"{name(contract)} ↔ tables"
