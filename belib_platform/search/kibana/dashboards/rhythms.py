"""Dashboard *Rythmes et météo*: occupancy by hour and weekday, and how weather and holidays affect it."""

from belib_platform.search.kibana.controls import HISTORY_CONTROLS
from belib_platform.search.kibana.dashboard import Dashboard
from belib_platform.search.kibana.dashboards.formulas import COVERAGE, OCCUPANCY, SATURATION
from belib_platform.search.kibana.dashboards.to_others import TO_VELIB
from belib_platform.search.kibana.data_view import AVAILABILITY
from belib_platform.search.kibana.field_labels import FIELD_LABELS
from belib_platform.search.kibana.lens.chart import Chart, heat_map, one_number
from belib_platform.search.kibana.lens.column import Column, DateHistogram, Metric, Terms, number
from belib_platform.search.kibana.lens.formula import Formula
from belib_platform.search.kibana.lens.layer import Layer
from belib_platform.search.kibana.lens.xy import Kind, Series, bars, xy
from belib_platform.search.kibana.panel import Panel, Place, lens, markdown

NOTE = (
    "**Rythmes et météo.** *Occupation* : temps occupé ÷ (temps libre + temps occupé), pannes et trous mis à "
    "part. *Saturation* : part du temps où une station n'avait, à une puissance donnée, aucun point libre, tous "
    "ses points étant observés ; c'est donc un minimum. La météo est la prévision connue au début de l'heure, "
    "pour le centre de Paris. Heures et jours sont ceux de Paris ; les vacances scolaires, celles de la zone C. "
    + TO_VELIB
)

HOUR = Terms("hour_local", "Heure du jour (Paris)", 24)
SHARE = Formula(OCCUPANCY, "Occupation")
SATURATED = Formula(SATURATION, "Saturation")
BLUE, ORANGE, RAIN = "#1F4E86", "#D9822B", "#86B2D9"


def _layer(name: str, columns: dict[str, Column]) -> Layer:
    return Layer(f"rhythm-{name}", AVAILABILITY, columns)


def _number(name: str, title: str, x: int, column: Column, color: str | None = None) -> Panel:
    """One number, in the row below the note."""
    return lens(f"rhythm-{name}", title, Place(x, 4, 16, 6), one_number(_layer(name, {"value": column}), color))


def _week() -> Chart:
    days = Terms("day_of_week", "Jour", 7)
    return heat_map(
        _layer("week", {"day": days, "hour": HOUR, "share": SHARE}), across="hour", down="day", value="share"
    )


def _beside_weather(name: str, title: str, x: int, weather: Metric, kind: Kind, color: str) -> Panel:
    hours = DateHistogram("hour_at", "Heure", "1h")
    busy = _layer(f"{name}-busy", {"hour": hours, "share": SHARE})
    sky = _layer(f"{name}-sky", {"hour": hours, "weather": weather})
    chart = xy(
        Series(sky, kind, "hour", ["weather"], axis="right", colors=[color]),
        Series(busy, "line", "hour", ["share"], colors=[BLUE]),
        left="Occupation (%)",
        right=FIELD_LABELS[weather.field],
    )
    return lens(f"rhythm-{name}", title, Place(x, 26, 24, 14), chart)


def _by_hour(name: str, title: str, x: int, field: str) -> Panel:
    layer = _layer(name, {"kind": Terms(field, FIELD_LABELS[field], 2), "hour": HOUR, "share": SHARE})
    chart = xy(Series(layer, "line", "hour", ["share"], split="kind"), left="Occupation (%)")
    return lens(f"rhythm-{name}", title, Place(x, 40, 24, 14), chart)


def _bars(name: str, title: str, place: Place, bucket: Terms, value: Formula) -> Panel:
    chart = bars(_layer(name, {"bucket": bucket, "value": value}), f"{value.label} (%)", BLUE)
    return lens(f"rhythm-{name}", title, place, chart)


TEMPERATURE = Metric("average", "Température prévue", "temperature_c", format=number(1, " °C"))
PRECIPITATION = Metric("average", "Pluie prévue", "precipitation_mmh", format=number(1, " mm/h"))
RAINING = Terms("is_raining", "Pluie prévue", 2)
ARRONDISSEMENT = Terms("arrondissement_label", "Arrondissement", 21)

RHYTHMS = Dashboard(
    id="belib-rythmes-et-meteo",
    title="Belib' – Rythmes et météo",
    description="Quand les bornes sont occupées ou saturées : heure, météo, jours fériés, vacances.",
    time_from="now-28d",
    refresh_s=0,
    controls=HISTORY_CONTROLS,
    panels=(
        markdown("rhythm-note", Place(0, 0, 48, 4), NOTE),
        _number("busy", "Occupation", 0, SHARE, BLUE),
        _number("full", "Saturation (au moins)", 16, SATURATED),
        _number("covered", "Couverture de ces chiffres", 32, Formula(COVERAGE, "Temps observé ÷ temps total")),
        lens("rhythm-week", "Occupation par heure et jour de la semaine (%)", Place(0, 10, 32, 16), _week()),
        _bars("rain", "Occupation par temps sec ou pluie prévue (%)", Place(32, 10, 16, 16), RAINING, SHARE),
        _beside_weather("temperature", "Occupation (%) et température prévue (°C)", 0, TEMPERATURE, "line", ORANGE),
        _beside_weather("precipitation", "Occupation (%) et pluie prévue (mm/h)", 24, PRECIPITATION, "bar", RAIN),
        _by_hour("school", "Occupation par heure, vacances scolaires ou non (%)", 0, "is_school_holiday"),
        _by_hour("holiday", "Occupation par heure, jours fériés ou non (%)", 24, "is_public_holiday"),
        _bars("full-by-hour", "Saturation par heure du jour (%, au moins)", Place(0, 54, 24, 14), HOUR, SATURATED),
        _bars(
            "full-by-arrondissement",
            "Saturation par arrondissement (%, au moins)",
            Place(24, 54, 24, 14),
            ARRONDISSEMENT,
            SATURATED,
        ),
    ),
)
