"""Which checks an asset declares: sentences that are true when green, and which of them stop what flows on."""

import dagster as dg

from belib_platform.contracts import clean, mart, search
from belib_platform.contracts.contract import Contract, name
from belib_platform.sources.forecast_source import FORECASTS

CONTRACT_KEPT = "rows_keep_their_contract"

SENTENCES: dict[type[Contract], dict[str, str]] = {
    clean.Poll: {
        "feed_is_fresh": "The newest stamp is at most 30 minutes, and 90 % of the stamps at most 24 hours, older "
        "than the newest sound response.",
        "volume_is_as_usual": "The newest sound response has between 0.95 × the least and 1.05 × the most records of "
        "the 28 before it (or of as many as there are).",
        "unknown_share_is_as_usual": "The newest sound response's share of UNKNOWN is at most twice the median of the "
        "28 before it (or of as many as there are) plus 0.01.",
        "no_stamp_lies_in_the_future": "No stamp of the newest sound response is later than its reception.",
        "every_day_has_polls": "Every day of the run has a sound poll of Belib'.",
        "every_value_is_readable": "Every value of the newest sound response could be read, in its usual spelling.",
    },
    clean.ChargePointStatus: {
        "every_status_word_is_known": "No record was turned away for a status word never seen before.",
        "every_charge_point_id_fits_its_pattern": "No record was turned away for its id.",
        "no_id_twice_with_different_statuses_in_a_poll": "No poll gave one id several statuses.",
        "rejected_rows_stay_under_a_limit": "At most 1 % of the records were turned away.",
        "runs_do_not_overlap": "No charge point has two statuses at one instant.",
        "folding_page_by_page_equals_folding_the_day": "A full refresh from the same responses "
        "gives the rows that the table held.",
    },
    clean.ChargePointDay: {
        "the_static_set_still_has_its_columns": "The newest static edition has every column we read.",
        "every_value_is_readable": "Every value of the newest static edition could be read, in its usual spelling.",
        "coordinates_lie_in_the_region": "Known coordinates lie in the Île-de-France region.",
        "rejected_rows_stay_under_a_limit": "At most 1 % of the static records were turned away.",
    },
    clean.ChargePoint: {"every_point_has_a_station": "Every charge point has a station."},
    clean.Station: {},
    clean.WeatherForecast: {
        "weather_covers_the_next_24_hours": "The newest forecast has temperature and precipitation for each of the 24 "
        "hours after it came.",
        "every_measure_has_values": "The newest forecast of each provider has values of every measure it promises.",
        "rejected_rows_stay_under_a_limit": "At most 1 % of the forecast steps were turned away; those without "
        "temperature and precipitation are counted, not judged.",
    },
    mart.StationAvailabilityHourly: {
        "seconds_of_an_hour_add_up": "The seven columns of time add up to point_count × 3,600.",
        "weather_was_known_at_that_hour": "No hour uses a forecast that came after it began.",
    },
    mart.CityDaily: {
        "seconds_add_up_to_the_mart": "Each column of time adds up to the mart's from midnight to midnight in Paris.",
    },
}
"""Each check's sentence, by table and name."""

EVERY_PROVIDER_ANSWERED = "every_weather_provider_answered"

RAW_SENTENCES = {
    FORECASTS: {
        EVERY_PROVIDER_ANSWERED: "Each provider of weather that is set sent a sound response when it was last asked."
    },
}
"""Each check's sentence, by collection of raw and name: one source of several that fails does not stop the others. An
asset whose only source fails, fails itself."""

INDEX_HOLDS_TABLE = "index_and_table_hold_the_same"

DOCUMENTS_KEEP = "every_document_keeps_its_contract"

_DOCUMENTS_KEEP = {DOCUMENTS_KEEP: "No document was left out of the index because it breaks its contract."}

INDEX_SENTENCES: dict[type[Contract], dict[str, str]] = {
    search.BelibAvailability: {
        INDEX_HOLDS_TABLE: "For each hour of the run's days that is to be indexed, the index has as many documents as "
        "the mart has rows, and as many seconds of each state (read back by runs that sent something; else counted). "
        "Rows whose documents were left out are not counted.",
        **_DOCUMENTS_KEEP,
    },
    search.BelibChargePoints: {
        INDEX_HOLDS_TABLE: "The index has as many charge points in each status as the table of the last two days; "
        "points whose documents were left out are not counted.",
        **_DOCUMENTS_KEEP,
    },
    search.BelibArrondissements: _DOCUMENTS_KEEP,
}
"""Each check's sentence, by index and name; read back after loading."""

BLOCKING = {
    CONTRACT_KEPT,
    "runs_do_not_overlap",
    "seconds_of_an_hour_add_up",
    "weather_was_known_at_that_hour",
    "seconds_add_up_to_the_mart",
}
"""Checks of our own work: false means a defect, and nothing is written. Checks of what the sources sent do not block:
what breaks a rule is turned away record by record, and a day is never lost for one bad response."""


def check_specs(contract: type[Contract]) -> list[dg.AssetCheckSpec]:
    """The checks of a table, its contract's first."""
    sentences = {CONTRACT_KEPT: "Every row keeps its contract: types, keys, bounds, patterns."} | SENTENCES[contract]
    return [
        dg.AssetCheckSpec(check, asset=name(contract), description=sentence, blocking=check in BLOCKING)
        for check, sentence in sentences.items()
    ]


def raw_check_specs(collection: str) -> list[dg.AssetCheckSpec]:
    """The checks of a raw asset."""
    sentences = RAW_SENTENCES.get(collection, {})
    return [dg.AssetCheckSpec(check, asset=collection, description=sentence) for check, sentence in sentences.items()]


def index_check_specs(contract: type[Contract]) -> list[dg.AssetCheckSpec]:
    """The checks of an index."""
    return [
        dg.AssetCheckSpec(check, asset=name(contract), description=sentence)
        for check, sentence in INDEX_SENTENCES[contract].items()
    ]
