"""What is learned of a charge point later reaches the mart of the days before."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from belib_platform.contracts.mart import StationAvailabilityHourly
from belib_platform.local.urls import Urls
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.importing import import_recordings
from belib_platform.repair.rebuild import rebuild_days
from belib_platform.settings import load_settings
from belib_platform.simulator.paris import Paris
from belib_platform.simulator.recordings import write_recordings
from belib_platform_tests.end_to_end.platform import new_platform

DAY = date(2025, 5, 6)


def test_an_edition_of_a_later_day_gives_earlier_hours_their_power(stores: Urls, tmp_path: Path) -> None:
    paris = Paris.draw(5, first_day=DAY, days=2, stations=4)
    noon = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC)
    write_recordings(paris, tmp_path, noon, noon + timedelta(hours=26))
    found = list(find_recordings(tmp_path))
    live = [r for r in found if getattr(r, "source", "") == "belib" and r.fetched_at < noon + timedelta(hours=1)]
    edition = [r for r in found if getattr(r, "source", "") == "belib_static"]
    with new_platform(stores) as platform:
        import_recordings(live, load_settings(), platform.store)
        rebuild_days(platform.instance, [DAY])
        assert platform.rows(StationAvailabilityHourly, DAY)["power_kw"].max() == 0
        import_recordings(edition, load_settings(), platform.store)
        rebuild_days(platform.instance, [r.fetched_at.date() for r in edition])
        assert platform.rows(StationAvailabilityHourly, DAY)["power_kw"].max() > 0
