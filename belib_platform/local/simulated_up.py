"""`belib up --simulated`: the live platform with simulated sources, its own home and local stores only."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from belib_platform.local.ports import UI_PORT
from belib_platform.local.simulated import SEED, SimulatedParis
from belib_platform.local.simulated_home import continue_home
from belib_platform.local.up import up
from belib_platform.settings import Settings, load_settings
from belib_platform.simulator.endless_paris import EndlessParis
from belib_platform.simulator.server import serving

HOME = Path(".belib-simulated")


def up_simulated(say: Callable[[str], None], port: int = UI_PORT) -> None:
    """Run `up` with simulated sources until SIGINT, SIGTERM or SIGHUP; ports are chosen as by `up`.

    The home is .belib-simulated, or BELIB_HOME unless that is .belib. A home made by `belib demo` or an earlier call
    continues its simulation. Stores, sources and alert receivers in the environment are ignored. Raises StoresError as
    `up` does, and if the home has files but no mark of simulated data.
    """
    os.environ.pop("BELIB_DAGSTER_URL", None)
    os.environ |= {"BELIB_WEATHER_PROVIDER": "open_meteo", "BELIB_ALERT_URLS": ""}
    settings = _apart(load_settings())
    drawn = continue_home(settings, SimulatedParis(SEED, datetime.now(UTC).date()))
    with serving(EndlessParis(*drawn)) as apis:
        say(
            f"SIMULATED: a simulated Paris on this machine (seed {drawn.seed}, from {drawn.first_day} on) answers at "
            f"{apis.url}. No other host is requested, and no alert is sent. Its feed fails at times, like the real one."
        )
        os.environ |= {"BELIB_OPENDATASOFT_URL": apis.url, "BELIB_OPEN_METEO_URL": apis.url}
        up(_apart(load_settings()), say, port)


def _apart(settings: Settings) -> Settings:
    """The settings with the home for simulated data and with local stores."""
    home = HOME if settings.home == Settings.model_fields["home"].default else settings.home
    others = dict.fromkeys(("mongo_url", "postgres_url", "reader_url", "dagster_url", "elasticsearch_url"))
    return settings.model_copy(update={"home": home, **others})
