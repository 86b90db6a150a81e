"""Which column says when somebody asked, and what instant its values are."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belib_platform.recordings.time_columns import GivenTimeColumn, NoZoneError, TimeReader, is_fetch_time_name
from belib_platform.recordings.time_patterns import cell_reader

PARIS = ZoneInfo("Europe/Paris")
NOON = datetime(2025, 10, 26, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "name",
    [
        *("fetched_at", "scraped_at", "retrieved_at", "collected_at", "timestamp", "date_collecte", "snapshot_time"),
        *("horodatage_collecte", "query_datetime", "request_time", "fetchedAt", "Scraped At", "TIMESTAMP", "poll_time"),
        *("scrape_timestamp", "Date de collecte", "date_extraction", "download_date", "crawled_on", "captured-at"),
    ],
)
def test_a_name_shows_that_somebody_asked_then(name: str) -> None:
    assert is_fetch_time_name(name)


@pytest.mark.parametrize(
    "name",
    [
        *("last_updated", "date_maj", "record_timestamp", "Heure mise à jour", "date_mise_en_service", "updated_at"),
        *("horodatage", "duedate", "last_reported", "horaires", "id_pdc", "created_at", "", "at", "time", "date"),
    ],
)
def test_a_name_of_what_others_stamped_does_not(name: str) -> None:
    assert not is_fetch_time_name(name)


@pytest.mark.parametrize(
    "value",
    [
        *("2025-10-26T12:00:00Z", "2025-10-26 12:00:00+00:00", "2025-10-26T14:00:00+02:00", "20251026T120000Z"),
        *("2025-10-26 12:00:00 UTC", "2025-10-26 14:00:00 +0200", "2025-10-26T12:00:00.000Z", " 2025-10-26T12:00Z "),
        *("1761480000", "1761480000000", "1761480000.0", 1761480000, 1761480000000, 1761480000.0),
        *("1761480000000.0", 1761480000000.0),
        *({"$date": "2025-10-26T12:00:00Z"}, {"$date": 1761480000000}, NOON),
    ],
)
def test_an_instant_with_its_zone_is_read(value: Any) -> None:
    assert TimeReader().instant(value) == NOON


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "yesterday",
        "2025-10-26",
        "12:00",
        7,
        True,
        1e99,
        float("nan"),
        [],
        {},
        {"$date": "x"},
        "9" * 40,
        "١٧٦١٤٨٠٠٠٠",
    ],
)
def test_what_is_no_instant_is_none(value: Any) -> None:
    assert TimeReader(zone=UTC).instant(value) is None


@given(seconds=st.integers(1_600_000_000, 1_900_000_000), offset=st.integers(-12, 14))
def test_every_spelling_of_an_instant_is_that_instant(seconds: int, offset: int) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    local = at.astimezone(timezone(timedelta(hours=offset)))
    for text in (local.isoformat(), str(local), at.isoformat().replace("+00:00", "Z"), str(int(at.timestamp()))):
        assert TimeReader().instant(text) == at


def test_a_time_without_a_zone_is_of_the_zone_said_and_of_none_otherwise() -> None:
    assert TimeReader(zone=UTC).instant("2025-10-26T12:00:00") == NOON
    assert TimeReader(zone=PARIS).instant("2025-10-26T13:00:00") == NOON
    with pytest.raises(NoZoneError):
        TimeReader().instant("2025-10-26T12:00:00")


LOCAL = ["%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M", "%Y%m%d_%H%M%S", "at %H.%M on %y-%j"]
"""Patterns without a zone; a text that is ISO 8601 is also read without one."""


@pytest.mark.parametrize("pattern", LOCAL)
def test_a_local_time_that_is_there_twice_or_never_is_no_instant(pattern: str) -> None:
    for local in (datetime(2025, 10, 26, 2, 30, tzinfo=UTC), datetime(2025, 3, 30, 2, 30, tzinfo=UTC)):
        for written in (cell_reader(pattern), *([None] if pattern == LOCAL[0] else [])):
            assert TimeReader(PARIS, written).instant(f"{local:{pattern}}") is None
            assert TimeReader(UTC, written).instant(f"{local:{pattern}}") == local


@pytest.mark.parametrize("pattern", LOCAL)
@given(seconds=st.integers(1_600_000_000 // 60, 1_900_000_000 // 60).map(lambda minutes: 60 * minutes))
def test_a_pattern_without_an_offset_gives_times_of_the_zone(pattern: str, seconds: int) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    local = at.astimezone(PARIS)
    found = TimeReader(PARIS, cell_reader(pattern)).instant(f" {local:{pattern}} ")
    is_twice = local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()
    assert found == (None if is_twice else at)
    with pytest.raises(NoZoneError):
        TimeReader(None, cell_reader(pattern)).instant(f"{local:{pattern}}")


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("%d/%m/%Y %H:%M %z", "26/10/2025 14:00 +02:00"),
        ("%d/%m/%Y %H:%M%z", "26/10/2025 08:00-0400"),
        ("%Y-%m-%dT%H:%M:%SZ", "2025-10-26T12:00:00Z"),
        ("%Y-%m-%d %H:%M UTC", "2025-10-26 12:00 UTC"),
    ],
)
def test_a_pattern_that_says_its_offset_needs_no_zone_and_heeds_none(pattern: str, text: str) -> None:
    for zone in (None, UTC, PARIS):
        assert TimeReader(zone, cell_reader(pattern)).instant(text) == NOON


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("%Y-%m-%d %H:%M:%S", "2025-10-20 08:37:10 +0200"),
        ("%Y-%m-%d %H:%M:%S", "2025-10-20 08:37:10 PM"),
        ("%Y-%m-%d %H:%M:%S", "2025-10-20 08:37:10.250"),
        ("%Y-%m-%d %H:%M:%S", "2025-10-20 08:37:10Z"),
        ("%d/%m/%Y", "20/10/2025 08:37"),
        ("%d/%m/%Y %H", "20/10/2025 08:37"),
        ("%d/%m/%Y %H:%M", "at 20/10/2025 08:37"),
        ("%d/%m/%Y %H:%M", "20/10/2025 08:37 20/10/2025 08:52"),
        ("%m/%d/%Y %H:%M", "20/10/2025 08:37"),
        ("%d/%m/%y %H:%M", "20/10/2025 08:37"),
    ],
)
def test_a_text_of_which_only_a_part_is_written_as_somebody_says_is_no_instant(pattern: str, text: str) -> None:
    reader = TimeReader(UTC, cell_reader(pattern))
    assert (reader.instant(text), reader.is_written(text)) == (None, False)
    assert reader.is_written(" ")


def test_the_column_named_goes_before_the_one_whose_name_shows_it_and_a_stamp_is_never_taken() -> None:
    names = ["id_pdc", "timestamp", "when", "last_updated"]
    named = GivenTimeColumn("when").column(names)
    assert named is not None
    assert (named.name, named.is_named, named.reader.zone) == ("when", True, UTC)
    for field in (None, "absent", "last_updated"):
        shown = GivenTimeColumn(field).column(names)
        assert shown is not None
        assert (shown.name, shown.is_named, shown.reader.zone) == ("timestamp", False, None)
    assert GivenTimeColumn("absent").column(["id_pdc", "last_updated"]) is None
