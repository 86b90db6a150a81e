"""`belib up --simulated`: the live platform on a simulated Paris, in a home of its own, on local stores only."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from belib_platform.local.ports import UI_PORT
from belib_platform.local.simulated import SEED, Drawn
from belib_platform.local.simulated_home import continued_home
from belib_platform.local.up import up
from belib_platform.settings import Settings, load_settings
from belib_platform.simulator.endless_paris import EndlessParis
from belib_platform.simulator.server import serving

HOME = Path(".belib-simulated")


def up_simulated(say: Callable[[str], None], port: int = UI_PORT) -> None:
    """Run `up` on the simulator until SIGINT, SIGTERM or SIGHUP; the UI listens as with `up`.

    The home is .belib-simulated, or BELIB_HOME where that is not .belib. One that a demo or an earlier call made goes
    on with its Paris. Stores, sources and receivers of alerts that the environment names are not used. Raises
    StoresError as `up` does, and when the home holds what is not marked.
    """
    os.environ.pop("BELIB_DAGSTER_URL", None)
    os.environ |= {"BELIB_WEATHER_PROVIDER": "open_meteo", "BELIB_ALERT_URLS": ""}
    settings = _apart(load_settings())
    drawn = continued_home(settings, Drawn(SEED, datetime.now(UTC).date()))
    with serving(EndlessParis(*drawn)) as apis:
        say(
            f"SIMULATED: a Paris drawn on this machine (seed {drawn.seed}, from {drawn.first_day} on) answers at "
            f"{apis.url}; no other host is asked, and no alert is sent. Its feed fails now and then, as the real one."
        )
        os.environ |= {"BELIB_OPENDATASOFT_URL": apis.url, "BELIB_OPEN_METEO_URL": apis.url}
        up(_apart(load_settings()), say, port)


def _apart(settings: Settings) -> Settings:
    """The settings with the home of a simulated Paris, and with local stores."""
    home = HOME if settings.home == Settings.model_fields["home"].default else settings.home
    others = dict.fromkeys(("mongo_url", "postgres_url", "dagster_url", "elasticsearch_url"))
    return settings.model_copy(update={"home": home, **others})
