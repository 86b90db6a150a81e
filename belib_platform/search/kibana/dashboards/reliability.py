"""Dashboard *Fiabilité et données*: charge points out of order or unreachable, and the quality of the data."""

from belib_platform.search.kibana.controls import HISTORY_CONTROLS
from belib_platform.search.kibana.dashboard import Dashboard
from belib_platform.search.kibana.dashboards.formulas import (
    COVERAGE,
    OUT_OF_ORDER,
    UNKNOWN,
    WORKING_AT_LEAST,
    WORKING_AT_MOST,
)
from belib_platform.search.kibana.dashboards.to_others import TO_VELIB
from belib_platform.search.kibana.data_view import AVAILABILITY, CHARGE_POINTS, DataView
from belib_platform.search.kibana.lens.chart import Chart, one_number, table
from belib_platform.search.kibana.lens.column import Column, DateHistogram, Metric, Terms
from belib_platform.search.kibana.lens.formula import Formula
from belib_platform.search.kibana.lens.layer import Layer
from belib_platform.search.kibana.lens.xy import Kind, Series, bars, xy
from belib_platform.search.kibana.panel import Panel, Place, lens, markdown

NOTE = (
    "**Fiabilité et données.** *En panne* et *sans contact* : parts du temps observé. Ce que cache *sans "
    "contact*, personne ne le sait ; le *taux de service* est donc une fourchette : sans contact = en panne (au "
    "moins), sans contact = en service (au plus). *Couverture* : part du temps couverte par un relevé assez "
    "proche ; le reste n'est ni libre, ni occupé, ni en panne. Les jours sont ceux du navigateur. Les deux "
    "panneaux de fraîcheur ne dépendent pas du sélecteur de dates. " + TO_VELIB
)

DAY = DateHistogram("hour_at", "Jour", "1d")
DOWN = Formula(OUT_OF_ORDER, "En panne")
LOST = Formula(UNKNOWN, "Sans contact")
COVERED = Formula(COVERAGE, "Couverture")
RED, AMBER, BLUE, GREEN = "#C8372D", "#E0A030", "#1F4E86", "#2E9E5B"


def _number(
    name: str, title: str, x: int, column: Column, view: DataView = AVAILABILITY, color: str | None = None
) -> Panel:
    """One number, in the row below the note."""
    chart = one_number(Layer(f"data-{name}", view, {"value": column}), color)
    return lens(f"data-{name}", title, Place(x, 4, 8, 6), chart)


def _over_time(name: str, kind: Kind, values: dict[str, Column], colors: list[str], left: str) -> Chart:
    layer = Layer(f"data-{name}", AVAILABILITY, {"day": DAY, **values})
    return xy(Series(layer, kind, "day", list(values), colors=colors), left=left)


def _worst() -> Chart:
    columns: dict[str, Column] = {
        "station": Terms("station_id", "Station", 25, order_by="down"),
        "name": Terms("station_name", "Nom", 1, order_by="down", with_missing=True),
        "down": Metric("sum", "Temps en panne (point·h)", "out_of_order_s"),
        "down_share": DOWN,
        "lost_share": LOST,
        "covered": COVERED,
    }
    return table(Layer("data-worst", AVAILABILITY, columns))


def _coverage_by_arrondissement() -> Chart:
    columns: dict[str, Column] = {
        "arrondissement": Terms("arrondissement_label", "Arrondissement", 21),
        "covered": COVERED,
    }
    return bars(Layer("data-coverage-by-arrondissement", AVAILABILITY, columns), "Couverture (%)", BLUE)


def _last_stamps() -> Chart:
    columns: dict[str, Column] = {
        "hour": DateHistogram("source_updated_at", "Dernier horodatage reçu", "1h"),
        "points": Metric("count", "Points de charge"),
    }
    return bars(Layer("data-last-stamps", CHARGE_POINTS, columns), "Points de charge", BLUE)


WORKING: dict[str, Column] = {
    "most": Formula(WORKING_AT_MOST, "Au plus"),
    "least": Formula(WORKING_AT_LEAST, "Au moins"),
}
LAST_HOUR = Metric("max", "Début de l'heure", "hour_at")
LAST_POLL = Metric("max", "Dernier relevé", "last_seen_at")
LAST_STAMP = Metric("max", "Horodatage le plus récent", "source_updated_at")

RELIABILITY = Dashboard(
    id="belib-fiabilite-et-donnees",
    title="Belib' – Fiabilité et données",
    description="Pannes et pertes de contact au fil du temps, stations les moins fiables, couverture et fraîcheur.",
    time_from="now-7d",
    refresh_s=300,
    controls=HISTORY_CONTROLS,
    panels=(
        markdown("data-note", Place(0, 0, 48, 4), NOTE),
        _number("down", "En panne (du temps observé)", 0, DOWN, color=RED),
        _number("lost", "Sans contact (du temps observé)", 8, LOST, color=AMBER),
        _number("covered", "Couverture", 16, COVERED),
        _number("last-hour", "Dernière heure close", 24, LAST_HOUR),
        _number("last-poll", "Dernier relevé", 32, LAST_POLL, CHARGE_POINTS),
        _number("last-stamp", "Dernier horodatage reçu", 40, LAST_STAMP, CHARGE_POINTS),
        lens(
            "data-failures",
            "En panne et sans contact, par jour (% du temps observé)",
            Place(0, 10, 24, 14),
            _over_time("failures", "line", {"down": DOWN, "lost": LOST}, [RED, AMBER], "Part du temps observé (%)"),
        ),
        lens(
            "data-working",
            "Taux de service par jour, fourchette (%)",
            Place(24, 10, 24, 14),
            _over_time("working", "line", WORKING, [GREEN, BLUE], "Taux de service (%)"),
        ),
        lens("data-worst", "Stations le plus longtemps en panne", Place(0, 24, 28, 28), _worst()),
        lens(
            "data-coverage",
            "Couverture par jour (%)",
            Place(28, 24, 20, 9),
            _over_time("coverage", "bar", {"covered": COVERED}, [BLUE], "Couverture (%)"),
        ),
        lens(
            "data-coverage-by-arrondissement",
            "Couverture par arrondissement (%)",
            Place(28, 33, 20, 9),
            _coverage_by_arrondissement(),
        ),
        lens(
            "data-last-stamps",
            "Fraîcheur : points selon l'heure de leur dernier horodatage",
            Place(28, 42, 20, 10),
            _last_stamps(),
        ),
    ),
)
