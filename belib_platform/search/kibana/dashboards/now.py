"""Dashboard *Maintenant*: what is available now, and how current that is."""

from belib_platform.search.kibana.choropleth import choropleth
from belib_platform.search.kibana.controls import NOW_CONTROLS
from belib_platform.search.kibana.dashboard import Dashboard
from belib_platform.search.kibana.dashboards.formulas import FREE_NOW, SEEN_NOW
from belib_platform.search.kibana.dashboards.to_others import TO_VELIB
from belib_platform.search.kibana.data_view import CHARGE_POINTS
from belib_platform.search.kibana.field_labels import STATUS_COLORS
from belib_platform.search.kibana.lens.chart import Chart, one_number, table
from belib_platform.search.kibana.lens.column import Column, Metric, Terms
from belib_platform.search.kibana.lens.formula import Formula
from belib_platform.search.kibana.lens.layer import Layer
from belib_platform.search.kibana.lens.xy import Series, bars, xy
from belib_platform.search.kibana.panel import Panel, Place, lens, markdown
from belib_platform.search.kibana.point_map import PointLayer, by_value, point_map

CURRENT = "is_current: true"
IS_FREE = f"status: AVAILABLE and {CURRENT}"
BY_ARRONDISSEMENT = Terms("arrondissement_label", "Arrondissement", 21)
STATIONS = 1000
TOOLTIP = ("station_name", "address", "status", "status_since_at", "last_seen_at", "power_kw", "charge_point_id")

NOTE = (
    "**Maintenant.** *Libre*, *occupé*, *en panne*, *sans contact* : l'état que l'opérateur publiait au dernier "
    "relevé, toutes les cinq minutes. Un point que le dernier relevé n'a pas vu ne compte pas comme libre ; il "
    "apparaît en gris sur la carte. *Occupé* peut être une voiture qui ne charge plus. *Part libre* : points "
    "libres ÷ points en service. Puissance «unknown» et arrondissement «??» : inconnus. Le sélecteur de dates n'a "
    "pas d'effet ici. " + TO_VELIB
)


GREEN, BLUE, RED = "#2E9E5B", "#3B6FB6", "#C8372D"


def _number(
    name: str, title: str, x: int, column: Column, color: str | None = None, *, only: str = "", description: str = ""
) -> Panel:
    """One number, in the row below the note."""
    chart = one_number(Layer(f"now-{name}", CHARGE_POINTS, {"value": column}), color)
    return lens(f"now-{name}", title, Place(x, 4, 8, 6), chart, only=only, description=description)


def _by_arrondissement() -> Chart:
    columns: dict[str, Column] = {"arrondissement": BY_ARRONDISSEMENT, "share": Formula(FREE_NOW, "Part libre")}
    return bars(Layer("now-by-arrondissement", CHARGE_POINTS, columns), "Part libre (%)", GREEN)


def _by_power() -> Chart:
    columns: dict[str, Column] = {
        "power": Terms("power_label", "Puissance", 20),
        "status": Terms("status", "État", 8),
        "points": Metric("count", "Points de charge"),
    }
    layer = Layer("now-by-power", CHARGE_POINTS, columns)
    return xy(Series(layer, "bar_stacked", "power", ["points"], split="status"), left="Points de charge")


def _by_status() -> Chart:
    columns: dict[str, Column] = {
        "status": Terms("status", "État", 8, order_by="points"),
        "points": Metric("count", "Points de charge"),
    }
    return bars(Layer("now-by-status", CHARGE_POINTS, columns), "Points de charge", kind="bar_horizontal")


def _free_stations() -> Chart:
    columns: dict[str, Column] = {
        "station": Terms("station_id", "Station", STATIONS, order_by="free"),
        # Two values, since points that are missing in the static data have no station name.
        "name": Terms("station_name", "Nom", 2, order_by="free", with_missing=True),
        "free": Metric("count", "Points libres"),
        "power": Metric("max", "Puissance libre la plus forte (kW ; 0 = inconnue)", "power_kw"),
    }
    return table(Layer("now-stations", CHARGE_POINTS, columns))


FREE = Metric("count", "Points libres", kql="status: AVAILABLE")
BUSY = Metric("count", "Points occupés", kql="status: CHARGING")
DOWN = Metric("count", "Points en panne ou sans contact", kql="status: (OUTOFORDER or UNKNOWN)")
LAST_SEEN = Metric("max", "Dernier relevé", "last_seen_at")

NOW = Dashboard(
    id="belib-maintenant",
    title="Belib' – Maintenant",
    description="Ce qui est libre maintenant, où, à quelle puissance, et à quel point c'est sûr.",
    time_from="now-24h",
    refresh_s=60,
    controls=NOW_CONTROLS,
    panels=(
        markdown("now-note", Place(0, 0, 48, 4), NOTE),
        _number("free", "Points libres", 0, FREE, GREEN, only=CURRENT),
        _number("busy", "Points occupés", 8, BUSY, BLUE, only=CURRENT),
        _number("down", "En panne ou sans contact", 16, DOWN, RED, only=CURRENT),
        _number(
            "share",
            "Part de points libres",
            24,
            Formula(FREE_NOW, "Libres ÷ en service"),
            only=CURRENT,
            description="Points libres ÷ points en service, au dernier relevé.",
        ),
        _number(
            "sure",
            "Vus au dernier relevé",
            32,
            Formula(SEEN_NOW, "Part des points vus depuis deux jours"),
            description="Part des points vus ces deux derniers jours que le dernier relevé a vus, lui aussi.",
        ),
        _number("seen", "Dernier relevé", 40, LAST_SEEN),
        point_map(
            "now-map",
            "Points de charge par état",
            Place(0, 10, 24, 20),
            CHARGE_POINTS,
            TOOLTIP,
            (
                PointLayer("now-map-lost", "Pas vus au dernier relevé", "is_current: false"),
                PointLayer("now-map-points", "État au dernier relevé", CURRENT, by_value("status", STATUS_COLORS)),
            ),
        ),
        choropleth("now-choropleth", "Part de points libres par arrondissement", Place(24, 10, 24, 20)),
        lens("now-by-status", "Points par état", Place(0, 30, 16, 13), _by_status(), only=CURRENT),
        lens(
            "now-by-arrondissement",
            "Part de points libres par arrondissement (%)",
            Place(16, 30, 16, 13),
            _by_arrondissement(),
            only=CURRENT,
        ),
        lens("now-by-power", "Points par puissance et état", Place(32, 30, 16, 13), _by_power(), only=CURRENT),
        lens("now-stations", "Stations avec un point libre", Place(0, 43, 48, 18), _free_stations(), only=IS_FREE),
    ),
)
