"""`dashboards.ndjson`: all saved objects as Kibana imports them, one per line."""

from pathlib import Path
from typing import Final

from belib_platform.search.kibana.dashboards.now import NOW
from belib_platform.search.kibana.dashboards.reliability import RELIABILITY
from belib_platform.search.kibana.dashboards.rhythms import RHYTHMS
from belib_platform.search.kibana.dashboards.velib import VELIB
from belib_platform.search.kibana.data_view import DATA_VIEWS

FILE: Final = Path(__file__).with_name("dashboards.ndjson")

DASHBOARDS: Final = (NOW, RHYTHMS, RELIABILITY, VELIB)


def export() -> str:
    """Text of the file; data views come before the dashboards that need them."""
    return "".join(f"{one.saved_object().line()}\n" for one in (*DATA_VIEWS, *DASHBOARDS))
