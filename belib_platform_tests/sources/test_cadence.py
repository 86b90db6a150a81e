"""How old a source's newest response may be is one value: the freshness policy's and the alert's, and it follows the
cadence set."""

from datetime import timedelta

import pytest

from belib_platform.assets.declaration import fresh_within
from belib_platform.monitoring.alerts.staleness import limits
from belib_platform.settings import load_settings
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.sources.registry import SOURCES


@pytest.mark.parametrize(("cadence_s", "allowed"), [(300, timedelta(minutes=15)), (3600, timedelta(hours=3))])
def test_the_feed_may_be_three_cadences_old(
    monkeypatch: pytest.MonkeyPatch, cadence_s: int, allowed: timedelta
) -> None:
    monkeypatch.setenv("BELIB_CADENCE_S", str(cadence_s))
    assert fresh_within(BELIB) == allowed
    assert limits(load_settings())[BELIB] == allowed


def test_every_source_asked_has_an_alert_as_late_as_its_freshness_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BELIB_WEATHER_PROVIDER", "open_meteo,infoclimat,openweathermap")
    monkeypatch.setenv("BELIB_NETWORKS", "belib,velib")
    for key in ("INFOCLIMAT_AUTH", "INFOCLIMAT_C", "OPENWEATHERMAP_KEY"):
        monkeypatch.setenv(f"BELIB_{key}", "key")
    alerted = limits(load_settings())
    assert {source.name for source in alerted} == {name for name, source in SOURCES.items() if source.request}
    for source, allowed in alerted.items():
        assert fresh_within(source) == allowed


def test_a_network_that_is_not_asked_has_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BELIB_NETWORKS", "velib")
    alerted = {source.name for source in limits(load_settings())}
    assert alerted == {"open_meteo", "arrondissements", "velib"}
    assert fresh_within(BELIB) is None
