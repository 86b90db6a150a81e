"""Dashboard *Vélib'*: where there are bikes now, when stations are empty or full, and how weather moves riders."""

from belib_platform.search.kibana.controls import BIKE_CONTROLS
from belib_platform.search.kibana.dashboard import Dashboard
from belib_platform.search.kibana.dashboards.formulas import (
    BIKE_COVERAGE,
    NO_BIKE,
    NO_BIKE_NOW,
    NO_DOCK,
    NO_DOCK_NOW,
    TAKEN,
)
from belib_platform.search.kibana.dashboards.to_others import TO_BELIB
from belib_platform.search.kibana.data_view import BIKE_AVAILABILITY, BIKE_STATIONS, DataView
from belib_platform.search.kibana.field_labels import FIELD_LABELS
from belib_platform.search.kibana.lens.chart import Chart, heat_map, one_number, table
from belib_platform.search.kibana.lens.column import Column, DateHistogram, Metric, Terms, number
from belib_platform.search.kibana.lens.formula import Formula
from belib_platform.search.kibana.lens.layer import Layer
from belib_platform.search.kibana.lens.xy import Kind, Series, bars, xy
from belib_platform.search.kibana.panel import Panel, Place, lens, markdown
from belib_platform.search.kibana.point_map import PointLayer, by_step, point_map

NOTE = (
    "**Vélib'.** La carte et les trois premiers chiffres : le dernier relevé, stations ouvertes seulement ; le "
    "sélecteur de dates n'y a pas d'effet. *Sans vélo*, *sans place* : parts du temps observé où la station était "
    "ouverte. *Vélos pris* : baisses entre deux relevés, sans les camions ; un vélo pris et un autre rendu entre deux "
    "relevés n'y sont pas, c'est donc un minimum. La météo est la prévision connue au début de l'heure, pour le "
    "centre de Paris. " + TO_BELIB
)

OPEN_NOW = "is_current: true and service: OPEN"
NOT_OPEN_NOW = "is_current: false or service: (CLOSED or NOT_REPORTING)"
TOOLTIP = ("station_name", "area_label", "service", "bikes", "mechanical", "ebike", "docks", "capacity", "station_code")
SUPPLY = {0: "#C8372D", 1: "#E0A030", 3: "#8FBF6B", 8: "#2E9E5B"}
"""Colours by number of bikes, from each number on."""

HOUR = Terms("hour_local", "Heure du jour (Paris)", 24)
EMPTY = Formula(NO_BIKE, "Sans vélo")
FULL = Formula(NO_DOCK, "Sans place")
TAKEN_TITLE = "Vélos pris, au moins"
RED, BLUE, ORANGE, RAIN = "#C8372D", "#1F4E86", "#D9822B", "#86B2D9"


def _layer(name: str, columns: dict[str, Column], view: DataView = BIKE_AVAILABILITY) -> Layer:
    return Layer(f"velib-{name}", view, columns)


def _number(
    name: str, title: str, x: int, column: Column, color: str | None = None, *, view: DataView = BIKE_AVAILABILITY
) -> Panel:
    """One number, in the row below the note; of the present, of open stations."""
    chart = one_number(_layer(name, {"value": column}, view), color)
    return lens(f"velib-{name}", title, Place(x, 4, 8, 6), chart, only=OPEN_NOW if view is BIKE_STATIONS else "")


def _week(name: str, title: str, y: int, share: Formula) -> Panel:
    columns: dict[str, Column] = {"day": Terms("day_of_week", "Jour", 7), "hour": HOUR, "share": share}
    chart = heat_map(_layer(name, columns), across="hour", down="day", value="share")
    return lens(f"velib-{name}", title, Place(24, y, 24, 10), chart)


def _beside_weather(name: str, title: str, x: int, weather: Metric, kind: Kind, color: str) -> Panel:
    hours = DateHistogram("hour_at", "Heure", "1h")
    taken = _layer(f"{name}-taken", {"hour": hours, "taken": Metric("sum", TAKEN_TITLE, "out_lower")})
    sky = _layer(f"{name}-sky", {"hour": hours, "weather": weather})
    chart = xy(
        Series(sky, kind, "hour", ["weather"], axis="right", colors=[color]),
        Series(taken, "line", "hour", ["taken"], colors=[BLUE]),
        left=TAKEN_TITLE,
        right=FIELD_LABELS[weather.field],
    )
    return lens(f"velib-{name}", title, Place(x, 30, 24, 14), chart)


def _by_rain() -> Chart:
    taken = Formula(TAKEN, "Vélos pris par station et par heure, au moins", number(2, ""))
    layer = _layer("rain", {"rain": Terms("is_raining", "Pluie prévue", 2), "taken": taken})
    return bars(layer, TAKEN_TITLE, BLUE)


def _worst() -> Chart:
    columns: dict[str, Column] = {
        "station": Terms("station_code", "Station", 25, order_by="empty"),
        "name": Terms("station_name", "Nom", 1, order_by="empty", with_missing=True),
        "empty": Metric("sum", "Temps sans vélo (h)", "no_bike_s"),
        "empty_share": EMPTY,
        "full_share": FULL,
        "covered": Formula(BIKE_COVERAGE, "Couverture"),
    }
    return table(_layer("worst", columns))


TEMPERATURE = Metric("average", "Température prévue", "temperature_c", format=number(1, " °C"))
PRECIPITATION = Metric("average", "Pluie prévue", "precipitation_mmh", format=number(1, " mm/h"))

VELIB = Dashboard(
    id="belib-velib",
    title="Vélib'",
    description="Où il y a des vélos maintenant, quand les stations sont vides ou pleines, et ce que fait la météo.",
    time_from="now-7d",
    refresh_s=60,
    controls=BIKE_CONTROLS,
    panels=(
        markdown("velib-note", Place(0, 0, 48, 4), NOTE),
        _number("bikes", "Vélos disponibles", 0, Metric("sum", "Vélos", "bikes"), view=BIKE_STATIONS),
        _number("no-bike-now", "Stations sans vélo", 8, Formula(NO_BIKE_NOW, "Sans vélo"), RED, view=BIKE_STATIONS),
        _number("no-dock-now", "Stations sans place", 16, Formula(NO_DOCK_NOW, "Sans place"), BLUE, view=BIKE_STATIONS),
        _number("no-bike", "Sans vélo (du temps ouvert)", 24, EMPTY, RED),
        _number("no-dock", "Sans place (du temps ouvert)", 32, FULL, BLUE),
        _number("covered", "Couverture", 40, Formula(BIKE_COVERAGE, "Temps observé ÷ temps total")),
        point_map(
            "velib-map",
            "Vélos disponibles par station",
            Place(0, 10, 24, 20),
            BIKE_STATIONS,
            TOOLTIP,
            (
                PointLayer("velib-map-closed", "Fermées, sans nouvelles ou pas vues au dernier relevé", NOT_OPEN_NOW),
                PointLayer("velib-map-open", "Vélos au dernier relevé", OPEN_NOW, by_step("bikes", SUPPLY)),
            ),
        ),
        _week("no-bike-week", "Sans vélo par heure et jour de la semaine (%)", 10, EMPTY),
        _week("no-dock-week", "Sans place par heure et jour de la semaine (%)", 20, FULL),
        _beside_weather("temperature", "Vélos pris et température prévue (°C)", 0, TEMPERATURE, "line", ORANGE),
        _beside_weather("precipitation", "Vélos pris et pluie prévue (mm/h)", 24, PRECIPITATION, "bar", RAIN),
        lens("velib-worst", "Stations le plus longtemps sans vélo", Place(0, 44, 32, 18), _worst()),
        lens("velib-rain", "Vélos pris par temps sec ou pluie prévue", Place(32, 44, 16, 18), _by_rain()),
    ),
)
