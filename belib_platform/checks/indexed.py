"""What the asset of an index reports to Dagster: the results of its checks, then the output."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

import dagster as dg

from belib_platform.checks.finding import Finding
from belib_platform.checks.results import check_result
from belib_platform.checks.search import CHECKS, INDEX_HOLDS_TABLE, Load
from belib_platform.contracts.contract import Contract, name
from belib_platform.search.client import Search
from belib_platform.search.errors import SearchError
from belib_platform.search.loading import Loaded
from belib_platform.warehouse.warehouse import Warehouse

IndexResult = dg.AssetCheckResult | dg.Output[Loaded]


def loaded_and_checked(
    search: Search,
    warehouse: Warehouse,
    contract: type[Contract],
    load: Callable[[], Loaded],
    days: Sequence[date] = (),
) -> Iterator[IndexResult]:
    """Load an index, yield the result of each of its checks, then the output.

    When Elasticsearch does not answer or refuses, the check that index and table hold the same is false, saying why,
    and dagster.Failure is raised.
    """
    index = name(contract)
    try:
        loaded = load()
        done = Load(search, warehouse, contract, days, loaded)
        found = [(check, check.judge(done)) for check in CHECKS[index]]
    except SearchError as error:
        if any(check.name == INDEX_HOLDS_TABLE for check in CHECKS[index]):
            yield check_result(index, INDEX_HOLDS_TABLE, Finding(passed=False, numbers={"reason": str(error)}))
        raise dg.Failure(f"{index}: {error}", allow_retries=error.may_pass) from error
    for check, finding in found:
        yield check_result(index, check.name, finding)
    yield dg.Output(loaded, metadata={"sent_documents": loaded.sent, "deleted_documents": loaded.deleted})
