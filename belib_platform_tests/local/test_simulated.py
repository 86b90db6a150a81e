"""Simulated history and real data never meet."""

import resource
from datetime import date
from pathlib import Path

import pytest

from belib_platform.local.errors import StoresError
from belib_platform.local.simulated import SimulatedParis, mark_simulated, paris_of, refuse_mixing
from belib_platform.settings import SIMULATED_MARK, Settings

DRAWN = SimulatedParis(7, date(2026, 1, 31))


def settings_of(home: Path, url: str) -> Settings:
    return Settings(home=home, opendatasoft_url=url, open_meteo_url=url, _env_file=None)


def test_a_home_of_simulated_history_refuses_real_apis(tmp_path: Path) -> None:
    mark_simulated(settings_of(tmp_path, "http://127.0.0.1:8790"), DRAWN)
    with pytest.raises(StoresError, match=r"never mixed with real data\. Use `belib up --simulated`"):
        refuse_mixing(settings_of(tmp_path, "https://opendata.paris.fr"))


def test_a_further_provider_of_weather_is_a_real_api_too(tmp_path: Path) -> None:
    mark_simulated(settings_of(tmp_path, "http://127.0.0.1:8790"), DRAWN)
    also = {"weather_provider": "open_meteo,openweathermap", "openweathermap_key": "k"}
    url = "http://127.0.0.1:8790"
    with pytest.raises(StoresError, match="never mixed with real data"):
        refuse_mixing(Settings(home=tmp_path, opendatasoft_url=url, open_meteo_url=url, **also, _env_file=None))


def test_it_takes_the_simulated_apis_and_any_other_home_takes_real_ones(tmp_path: Path) -> None:
    refuse_mixing(settings_of(tmp_path, "https://opendata.paris.fr"))
    mark_simulated(settings_of(tmp_path, "http://127.0.0.1:8790"), DRAWN)
    refuse_mixing(settings_of(tmp_path, "http://127.0.0.1:8790"))


def test_a_home_says_which_paris_it_holds_unless_an_earlier_version_marked_it(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "home", "http://127.0.0.1:8790")
    assert paris_of(settings) is None
    mark_simulated(settings, DRAWN)
    assert paris_of(settings) == DRAWN
    (settings.home / SIMULATED_MARK).write_text("The history in this home is simulated.\n", encoding="utf-8")
    assert paris_of(settings) is None


def test_a_mark_that_cannot_be_written_stays_what_it_was(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, "http://127.0.0.1:8790")
    mark_simulated(settings, DRAWN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            mark_simulated(settings, SimulatedParis(8, date(2026, 2, 1)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert paris_of(settings) == DRAWN
