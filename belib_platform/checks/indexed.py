"""What the asset of an index reports to Dagster: what is to be written as the output, then check results."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

import dagster as dg

from belib_platform.checks.finding import Finding
from belib_platform.checks.results import check_result
from belib_platform.checks.search import CHECKS, INDEX_HOLDS_TABLE, Load
from belib_platform.contracts.contract import Contract, name
from belib_platform.search.client import Search
from belib_platform.search.errors import SearchError, in_sentences
from belib_platform.search.loading import IndexWrite, Loaded
from belib_platform.warehouse.warehouse import Warehouse

IndexResult = dg.AssetCheckResult | dg.Output[IndexWrite]


def written_and_checked(
    search: Search,
    warehouse: Warehouse,
    contract: type[Contract],
    load: Callable[[], Loaded],
    days: Sequence[date] = (),
) -> Iterator[IndexResult]:
    """Yield the output, which the I/O manager writes by `load`, then the result of each check of the index.

    When Elasticsearch does not answer, the check that index and table hold the same is false, saying why, and
    dagster.Failure is raised. That is found out before the output, since Dagster takes no check result from a step
    whose I/O manager failed.
    """
    index, write = name(contract), IndexWrite(load)
    try:
        with in_sentences():
            search.client.info()
        yield dg.Output(write)
        done = Load(search, warehouse, contract, days, write.loaded)
        found = [(check.name, check.judge(done)) for check in CHECKS[index]]
    except SearchError as error:
        if any(check.name == INDEX_HOLDS_TABLE for check in CHECKS[index]):
            yield check_result(index, INDEX_HOLDS_TABLE, Finding(passed=False, numbers={"reason": str(error)}))
        raise dg.Failure(f"{index}: {error}", allow_retries=error.may_pass) from error
    for check, finding in found:
        yield check_result(index, check, finding)
