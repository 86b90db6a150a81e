"""The forecast of bikes for tomorrow as its job makes it, with its checks, and its judgement."""

from datetime import date, timedelta
from itertools import product

import dagster as dg
import pytest

from belib_platform.contracts.bikes.mart import BikeAvailabilityHourly, BikeTomorrow, BikeTomorrowSkill
from belib_platform.definitions import defs
from belib_platform_tests.end_to_end.platform import Platform, checks_of, declared_checks
from belib_platform_tests.transforms.bike_hours import hour, mart
from belib_platform_tests.warehouse.bike_days import keep
from belib_platform_tests.warehouse.simulated_pages import at

pytestmark = pytest.mark.slow

DAY = date(2025, 6, 10)
TARGET = DAY + timedelta(days=1)


def test_the_job_forecasts_tomorrow_and_the_date_is_judged(platform: Platform) -> None:
    for back in range(-1, 23):
        day = DAY - timedelta(days=back)
        hours = [hour(at(day, n), code, no_bike_s=900) for n, code in product(range(24), ("1001", "1002"))]
        keep(platform.warehouse, BikeAvailabilityHourly, day, mart(hours))
    for _ in range(2):
        checks = checks_of(platform.run("bike_tomorrow_daily", DAY))
        assert set(checks) == declared_checks(["bike_tomorrow"])
        assert all(check.passed for check in checks.values())
    assert platform.rows(BikeTomorrow, DAY).height == 2 * 4
    judged = defs.resolve_job_def("rebuild").execute_in_process(
        instance=platform.instance,
        partition_key=TARGET.isoformat(),
        asset_selection=[dg.AssetKey("bike_tomorrow_skill")],
    )
    assert judged.success
    skill = platform.rows(BikeTomorrowSkill, TARGET)
    assert skill.filter(lacking="bike")["squared_error"].to_list() == [0] * 4
