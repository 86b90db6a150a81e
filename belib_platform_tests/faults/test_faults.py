"""Every fault at every place: nothing lost, nothing doubled, visible, and healed by the next run."""

import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict

import pytest

from belib_platform.local.urls import Urls
from belib_platform_tests.faults.case import Case, outcome_of
from belib_platform_tests.faults.cases import CASES, QUICK
from belib_platform_tests.faults.outages import own_stores
from belib_platform_tests.faults.site import new_site

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, marks=[] if case.id in QUICK else pytest.mark.fault, id=case.id) for case in CASES],
)
def test_a_fault_costs_nothing_and_shows(
    stores: Urls, case: Case, record_property: Callable[[str, object], None]
) -> None:
    with ExitStack() as stack:
        home = None
        if case.own_stores:
            home, stores = stack.enter_context(own_stores(None if case.own_stores == "disk" else case.own_stores))
        site = stack.enter_context(new_site(stores, case.at, home=home, networks=case.networks))
        site.begin()
        record_property("outcome", json.dumps(asdict(outcome_of(case, site))))
