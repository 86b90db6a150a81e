"""An answer about a past instant contains nothing that was learned later."""

from datetime import UTC, datetime, timedelta

import httpx
import psycopg
import pytest

from belib_platform_tests.api.conftest import SETTINGS, History
from belib_platform_tests.api.served import served

AT = datetime(2025, 3, 30, 9, 20, tzinfo=UTC)

PATHS = [
    "/v1/charge-points",
    "/v1/stations",
    "/v1/stations?near=48.86,2.34&radius=20000&free_min=1",
    "/v1/bike-stations",
    "/v1/bike-stations?near=48.86,2.34&radius=20000&docks_min=1&open=true",
    "/v1/totals",
    "/v1/weather",
    "/v1/standards/irve-dynamique.csv",
    "/v1/standards/ocpi/2.3.0/locations",
    "/v1/standards/datex2-afir/status",
]

FORGET = [
    "DELETE FROM clean.poll WHERE fetched_at > %(at)s",
    "DELETE FROM clean.charge_point_status WHERE first_seen_at > %(at)s",
    "DELETE FROM clean.bike_station_status WHERE first_seen_at > %(at)s",
    # a run as it was at that instant: its last sighting is that of the newest response until then
    """
    UPDATE clean.charge_point_status
    SET last_seen_at = %(newest)s, holds_until = %(newest)s + %(gap)s, poll_count = 1, source_updated_at = NULL
    WHERE last_seen_at > %(at)s
    """,
    """
    UPDATE clean.bike_station_status
    SET last_seen_at = %(newest_of_bikes)s, holds_until = %(newest_of_bikes)s + %(gap)s, poll_count = 1
    WHERE last_seen_at > %(at)s
    """,
    "UPDATE clean.bike_station SET last_reported_at = NULL",
    "DELETE FROM mart.station_availability_hourly",
    "DELETE FROM clean.weather_forecast WHERE available_at > %(at)s",
]
"""What undoes all that was learned after an instant."""

SHUFFLE = [
    """
    UPDATE clean.charge_point_status
    SET poll_count = poll_count + 7, source_updated_at = now(), last_seen_at = last_seen_at + interval '1 second',
        holds_until = holds_until + interval '1 hour'
    WHERE last_seen_at > %(at)s
    """,
    "UPDATE clean.charge_point_status SET status = 'REMOVED' WHERE first_seen_at > %(at)s",
    """
    UPDATE clean.bike_station_status
    SET poll_count = poll_count + 7, last_seen_at = last_seen_at + interval '1 second',
        holds_until = holds_until + interval '1 hour'
    WHERE last_seen_at > %(at)s
    """,
    "UPDATE clean.bike_station_status SET mechanical = 99, is_reporting = false WHERE first_seen_at > %(at)s",
]
"""What changes all that was learned after it."""


def answers(api: httpx.Client) -> dict[str, bytes]:
    found = {}
    points = api.get("/v1/charge-points", params={"as_of": AT.isoformat()}).json()["items"]
    bikes = api.get("/v1/bike-stations", params={"as_of": AT.isoformat()}).json()["items"]
    histories = [
        *(f"/v1/charge-points/{point['charge_point_id']}/history" for point in points),
        *(f"/v1/bike-stations/{station['station_code']}/history" for station in bikes[:9]),
        f"/v1/bike-stations/{bikes[0]['station_code']}",
    ]
    for path in [*PATHS, *histories]:
        answer = api.get(path, params={**dict(httpx.QueryParams(path.partition("?")[2])), "as_of": AT.isoformat()})
        assert answer.status_code == 200, answer.text
        found[path] = answer.content
    return found


def changed(history: History, statements: list[str]) -> int:
    [newest] = history.sql(
        "SELECT max(fetched_at) FILTER (WHERE source = 'belib') AS newest, "
        "max(fetched_at) FILTER (WHERE source = 'velib') AS newest_of_bikes "
        "FROM clean.poll WHERE outcome = 'sound' AND fetched_at <= %(at)s",
        at=AT,
    )
    gap = timedelta(seconds=3 * SETTINGS.cadence_s)
    with psycopg.connect(history.url) as connection:
        return sum(connection.execute(statement, {"at": AT, "gap": gap, **newest}).rowcount for statement in statements)


@pytest.mark.parametrize("statements", [SHUFFLE, FORGET], ids=["shuffled", "forgotten"])
def test_what_was_learned_later_changes_no_byte(own_history: History, statements: list[str]) -> None:
    with served(SETTINGS, own_history.url) as api:
        before = answers(api)
        assert changed(own_history, statements) > 100
        assert answers(api) == before


def test_a_leak_would_show(own_history: History) -> None:
    with served(SETTINGS, own_history.url) as api:
        before = answers(api)
        for table in ("charge_point_status", "bike_station_status"):
            changed(own_history, [f"UPDATE clean.{table} SET holds_until = %(at)s - interval '1 hour'"])
            assert answers(api) != before
            before = answers(api)


def test_a_rewritten_day_that_an_answer_is_made_of_is_sent_again(own_history: History) -> None:
    day = (AT - timedelta(days=1)).date().isoformat()
    with served(SETTINGS, own_history.url) as api:
        for path in ("/v1/charge-points", "/v1/standards/irve-dynamique.csv", "/v1/weather"):
            asked = {"as_of": AT.isoformat()}
            tag = {"If-None-Match": api.get(path, params=asked).headers["etag"]}
            assert api.get(path, params=asked, headers=tag).status_code == 304
            with psycopg.connect(own_history.url) as connection:
                connection.execute(
                    "UPDATE clean.written_window SET fingerprint = fingerprint || 'x' WHERE window_key = %s", [day]
                )
            assert api.get(path, params=asked, headers=tag).status_code == 200
