"""What is derived from an observation, and that the names it asks for are those of the code location."""

from dataclasses import replace

from belib_platform import schedules
from belib_platform.dagster_internals.observation import DagsterObservation
from belib_platform.monitoring.alerts.open_counts import ALERT_SENSORS, KINDS, open_alerts
from belib_platform.monitoring.alerts.state import NO_STATE
from belib_platform.monitoring.observation import NoAnswer
from belib_platform.monitoring.status_lines import status_lines
from belib_platform.sensors import alerts as sensors
from belib_platform.settings import NETWORKS
from belib_platform.sources.registry import SOURCES
from belib_platform_tests.monitoring.sample import FULL


def test_the_names_asked_for_are_those_of_the_code_location() -> None:
    polled = {SOURCES[network].cadence.job for network in NETWORKS}
    assert polled <= {schedule.name for schedule in schedules.SCHEDULES}
    assert tuple(sensor.name for sensor in sensors.SENSORS) == ALERT_SENSORS


def test_polling_is_on_unless_somebody_stopped_its_schedule() -> None:
    assert FULL.polling_is_on("belib")
    other = replace(FULL, dagster=DagsterObservation(stopped=frozenset({"velib_five_minutely"})))
    assert (other.polling_is_on("belib"), other.polling_is_on("velib")) == (True, False)
    assert replace(FULL, dagster=NoAnswer("away")).polling_is_on("belib")


def test_open_alerts_are_those_in_the_cursors_of_the_sensors() -> None:
    assert not isinstance(FULL.dagster, NoAnswer)
    cursors = FULL.dagster.cursors
    assert open_alerts(cursors) == {kind: int(kind == "check") for kind in KINDS}
    assert open_alerts({**cursors, ALERT_SENSORS[1]: cursors[ALERT_SENSORS[0]]}) == {
        kind: 2 * (kind == "check") for kind in KINDS
    }
    assert open_alerts({ALERT_SENSORS[0]: NO_STATE, "other": cursors[ALERT_SENSORS[0]]}) is None
    assert open_alerts({ALERT_SENSORS[0]: "damaged"}) is None


def test_status_shows_what_each_store_holds() -> None:
    lines = status_lines(FULL)
    assert lines == {
        "Daemon's heartbeat": "2026-11-25 12:00:00 UTC",
        "Checks": "1, failing: poll: feed_is_fresh",
        "Runs in 24 hours": "2 ended, 0 failed; 1 unfinished",
        "Event log": "0.00 MB, about 1 rows",
        "Alerts open": "1",
        "Newest sound poll of belib": "2026-11-25 11:59:00 UTC",
        "Polls in 24 hours": "288 sound",
        "raw.raw_belib": "1,000 rows, 12.00 MB",
        "clean.poll": "10 rows, 0.01 MB, 2 rows of rejected records",
        "clean.write_lock": "0.01 MB",
        "search.belib_availability": "5 rows",
        "Archive": "3 days, 1.50 MB",
    }


def test_status_of_a_store_that_does_not_answer_is_why() -> None:
    away = NoAnswer("away")
    seen = replace(FULL, mongo=away, postgres=away, dagster=away, elasticsearch=away, archive=away)
    assert status_lines(seen) == dict.fromkeys(
        ["Dagster's storage", "Newest sound polls", "Archive"], "not known: away"
    )
