"""How old a source's newest response may be is one value: the freshness policy's and the alert's, and it follows the
cadence set."""

from datetime import timedelta

import dagster as dg
import pytest

from belib_platform.assets.declaration import freshness
from belib_platform.monitoring.alerts.staleness import limits
from belib_platform.settings import load_settings
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.sources.registry import SOURCES


@pytest.mark.parametrize(("cadence_s", "allowed"), [(300, timedelta(minutes=15)), (3600, timedelta(hours=3))])
def test_the_feed_may_be_three_cadences_old(
    monkeypatch: pytest.MonkeyPatch, cadence_s: int, allowed: timedelta
) -> None:
    monkeypatch.setenv("BELIB_CADENCE_S", str(cadence_s))
    assert freshness(BELIB) == dg.FreshnessPolicy.time_window(fail_window=allowed)
    assert limits(load_settings())[BELIB] == allowed


def test_every_source_asked_has_an_alert_as_late_as_its_freshness_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BELIB_WEATHER_PROVIDER", "open_meteo,infoclimat,openweathermap")
    for key in ("INFOCLIMAT_AUTH", "INFOCLIMAT_C", "OPENWEATHERMAP_KEY"):
        monkeypatch.setenv(f"BELIB_{key}", "key")
    alerted = limits(load_settings())
    assert {source.name for source in alerted} == set(SOURCES)
    for source, allowed in alerted.items():
        assert freshness(source) == dg.FreshnessPolicy.time_window(fail_window=allowed)
