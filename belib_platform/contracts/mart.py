"""Layer `mart`: tables for analysis, with availability joined with the weather."""

import dataframely as dy
import polars as pl

from belib_platform.contracts.clean import ChargePointDay, WeatherForecast, count, flag, instant, number, text
from belib_platform.contracts.contract import Contract, Index
from belib_platform.contracts.exports import Episode

SECONDS = (
    "available_s",
    "charging_s",
    "reserved_s",
    "out_of_order_s",
    "unknown_s",
    "not_in_service_s",
    "unobserved_s",
)
"""The seven columns of time; their sum is point_count × 3,600."""

LOCAL = "(hour_at AT TIME ZONE 'Europe/Paris')"


def seconds(doc: str) -> dy.Int64:
    """Point-seconds of many stations: 24,000 points of a day are more than 32 bits hold."""
    return dy.Int64(min=0, metadata={"doc": doc})


class StationAvailabilityHourly(Contract):
    """One row per station, power and past UTC hour: how long its charge points were in each state, and the weather.

    The weather is the newest forecast for the hour that was known when the hour began. A forecast with both temperature
    and precipitation is preferred to a newer one without one of them.
    """

    indexes = (
        # One station over a long time: by the key, every hour of all stations would be looked through.
        # SELECT … WHERE station_id = … AND hour_at >= … GROUP BY hour of the week
        Index("of_station", ("station_id", "hour_at")),
        # Rankings by saturation: few hours are saturated, and these columns answer without the table.
        # SELECT station_id, sum(no_point_free_s) … WHERE hour_at >= … AND no_point_free_s > 0 GROUP BY 1
        Index("saturated", ("hour_at", "station_id", "no_point_free_s"), where="no_point_free_s > 0"),
        # The same local hours of many weeks: an eighth of an arrondissement's rows in this case, found by no range of
        # hour_at. SELECT … WHERE arrondissement = … AND isodow < 6 AND hour BETWEEN 17 AND 20 GROUP BY rain
        Index("of_local_hour", ("arrondissement", f"(extract(isodow FROM {LOCAL}))", f"(extract(hour FROM {LOCAL}))")),
    )

    hour_at = instant("Start of the hour (UTC).", primary_key=True, partition=True)
    station_id = text("Station.", primary_key=True)
    power_kw = dy.Float64(primary_key=True, min=0, metadata={"doc": "Power of these charge points, kW; 0 if unknown."})
    arrondissement = ChargePointDay.arrondissement
    point_count = dy.Int32(min=1, metadata={"doc": "Number of charge points observed on that UTC day."})
    available_s = count("Point-seconds AVAILABLE.")
    charging_s = count("Point-seconds CHARGING; may include cars that no longer charge.")
    reserved_s = count("Point-seconds RESERVED.")
    out_of_order_s = count("Point-seconds OUTOFORDER.")
    unknown_s = count("Point-seconds UNKNOWN: the operator had no contact.")
    not_in_service_s = count("Point-seconds PLANNED, INOPERATIVE or REMOVED.")
    unobserved_s = count("Point-seconds without an observation within the gap limit: neither free nor busy nor down.")
    no_point_free_s = count(
        "Seconds of the hour in which every charge point was observed and none was AVAILABLE; UNKNOWN is not available."
    )
    weather_provider = text("Provider of the forecast used; null if none was known.", nullable=True)
    weather_valid_at = instant("End of the forecast's interval (UTC).", nullable=True)
    weather_available_at = instant("When the forecast became available here, never after hour_at (UTC).", nullable=True)
    temperature_c = WeatherForecast.temperature_c
    precipitation_mmh = number("Precipitation rate, mm per hour.", 0)
    relative_humidity_ratio = WeatherForecast.relative_humidity_ratio
    wind_speed_kmh = WeatherForecast.wind_speed_kmh
    wind_gust_kmh = WeatherForecast.wind_gust_kmh
    wind_from_direction_deg = WeatherForecast.wind_from_direction_deg
    pressure_msl_hpa = WeatherForecast.pressure_msl_hpa
    cloud_cover_ratio = WeatherForecast.cloud_cover_ratio
    has_snow_risk = WeatherForecast.has_snow_risk

    @dy.rule()
    def seconds_of_an_hour_add_up(cls) -> pl.Expr:
        return pl.sum_horizontal(SECONDS) == pl.col("point_count") * 3600

    @dy.rule()
    def weather_was_known_at_that_hour(cls) -> pl.Expr:
        return pl.col("weather_available_at").is_null() | (pl.col("weather_available_at") <= pl.col("hour_at"))


class CityDaily(Contract):
    """One row per date in Europe/Paris and arrondissement: how long charge points were in each state, and the weather.

    Sums the hours of `station_availability_hourly` from midnight to midnight in Paris, after the end of the UTC day of
    the same date.
    """

    local_date = dy.Date(primary_key=True, metadata={"doc": "Date in Europe/Paris.", "window": True})
    arrondissement = dy.Int8(
        primary_key=True,
        min=0,
        max=20,
        metadata={"doc": "Arrondissement, 1 to 20; 0 for stations whose arrondissement is unknown."},
    )
    hours = dy.Int8(
        min=23, max=25, metadata={"doc": "Number of hours of the date: 24, or 23 or 25 when the clocks change."}
    )
    hours_in_mart = dy.Int8(
        min=1,
        max=25,
        metadata={"doc": "Number of hours with rows in station_availability_hourly; UTC days without polls have none."},
    )
    point_count = dy.Int32(min=1, metadata={"doc": "Largest number of observed charge points in any hour of the date."})
    available_s = seconds("Point-seconds AVAILABLE.")
    charging_s = seconds("Point-seconds CHARGING; may include cars that no longer charge.")
    reserved_s = seconds("Point-seconds RESERVED.")
    out_of_order_s = seconds("Point-seconds OUTOFORDER.")
    unknown_s = seconds("Point-seconds UNKNOWN: the operator had no contact.")
    not_in_service_s = seconds("Point-seconds PLANNED, INOPERATIVE or REMOVED.")
    unobserved_s = seconds("Point-seconds without an observation within the gap limit: neither free nor busy nor down.")
    occupancy_ratio = number("charging_s ÷ (available_s + charging_s); null if both are 0.", 0, 1)
    available_ratio = number(
        "available_s ÷ observed seconds (all states but unobserved); null if there are none.", 0, 1
    )
    uptime_lower_ratio = number(
        "Uptime if UNKNOWN is down: (available_s + charging_s + reserved_s) ÷ (these + out_of_order_s + unknown_s); "
        "null if all are 0.",
        0,
        1,
    )
    uptime_upper_ratio = number(
        "Uptime if UNKNOWN is up: (available_s + charging_s + reserved_s + unknown_s) ÷ (these + out_of_order_s); "
        "null if all are 0.",
        0,
        1,
    )
    observed_ratio = number(
        "Observed seconds ÷ (point_count × hours × 3,600); hours without rows count as unobserved.",
        0,
        1,
        nullable=False,
    )
    no_point_free_ratio = number(
        "Mean over stations, powers and hours of the share of time in which every charge point was observed and none "
        "was AVAILABLE. A lower bound, since it excludes unobserved time.",
        0,
        1,
        nullable=False,
    )
    hours_with_weather = dy.Int8(
        min=0, max=25, metadata={"doc": "Number of hours for which a forecast was known when they began."}
    )
    weather_providers = text(
        "Names of the providers of these forecasts, separated by spaces; null if there are none.", nullable=True
    )
    temperature_c = number("Mean forecast temperature of these hours, °C, as known when each began.", -60, 60)
    precipitation_mm = number("Forecast precipitation of these hours, mm: the sum of rates × 1 h.", 0)
    is_public_holiday = flag("Whether the date is a public holiday of metropolitan France.", nullable=False)
    is_school_holiday = flag("Whether the date is in the school holidays of zone C; null if no calendar is published.")

    @dy.rule()
    def seconds_fit_into_the_day(cls) -> pl.Expr:
        return pl.sum_horizontal(SECONDS) <= pl.col("point_count").cast(pl.Int64) * 3600 * pl.col("hours_in_mart")

    @dy.rule()
    def hours_are_hours_of_the_day(cls) -> pl.Expr:
        return (pl.col("hours_in_mart") <= pl.col("hours")) & (pl.col("hours_with_weather") <= pl.col("hours"))

    @dy.rule()
    def uptime_bounds_are_in_order(cls) -> pl.Expr:
        return (pl.col("uptime_lower_ratio") <= pl.col("uptime_upper_ratio")).fill_null(value=True)


class StationFreeHourly(Contract):
    """One row per station and past UTC hour: how long at least one of its charge points was free, whatever its power.

    Free or not is told of the time in which the state of every charge point was known. A charge point that was UNKNOWN
    or not in service throughout the UTC day is left out of it. Made once the day is over.
    """

    hour_at = instant("Start of the hour (UTC).", primary_key=True, partition=True)
    station_id = text("Station.", primary_key=True)
    arrondissement = ChargePointDay.arrondissement
    point_count = dy.Int32(min=1, metadata={"doc": "Number of charge points observed on that UTC day."})
    free_s = count("Seconds of the hour in which every state was known and at least one point was AVAILABLE.")
    none_free_s = count("Seconds in which every state was known and no point was AVAILABLE.")
    undetermined_s = count("Seconds in which at least one charge point was UNKNOWN or not observed.")

    @dy.rule()
    def seconds_of_an_hour_add_up(cls) -> pl.Expr:
        return pl.sum_horizontal("free_s", "none_free_s", "undetermined_s") == 3600


WEATHERS = ("dry", "wet", "unknown")


SQUARES = number(
    "Sum over the dates of (free_s + none_free_s)², s². (free_s + none_free_s)² ÷ determined_s2 is the effective "
    "number of dates, which is smaller than date_count where some dates were hardly observed.",
    0,
    nullable=False,
)


def of_window(doc: str) -> dy.Date:
    """A UTC day that bounds what a statistic is made of."""
    return dy.Date(metadata={"doc": doc})


class StationRhythm(Contract):
    """One row per station, local hour of the week and weather: how often at least one of its charge points was free.

    Sums the hours of the newest 91 UTC days of `station_free_hourly`. Shares of time are free_s ÷ (free_s +
    none_free_s); `date_count` is the number of dates to derive an interval from.
    """

    station_id = text("Station.", primary_key=True)
    weekday = dy.Int8(primary_key=True, min=1, max=7, metadata={"doc": "Day of the week in Europe/Paris; 1 is Monday."})
    hour = dy.Int8(primary_key=True, min=0, max=23, metadata={"doc": "Hour of the day in Europe/Paris."})
    weather = dy.Enum(
        WEATHERS,
        primary_key=True,
        metadata={
            "doc": "wet: a precipitation of at least 0.1 mm per hour was forecast, as known when the hour began. dry: "
            "less. unknown: no forecast was known."
        },
    )
    arrondissement = ChargePointDay.arrondissement
    first_date = of_window("First of these UTC days that has rows.")
    last_date = of_window("Last of these UTC days.")
    date_count = count("Number of dates with free_s or none_free_s in this hour.")
    free_s = seconds("Seconds in which every state was known and at least one charge point was AVAILABLE.")
    none_free_s = seconds("Seconds in which every state was known and no charge point was AVAILABLE.")
    undetermined_s = seconds("All other seconds of these hours, those of days without rows included.")
    determined_s2 = SQUARES
    available_s = seconds("Point-seconds AVAILABLE.")
    charging_s = seconds("Point-seconds CHARGING; may include cars that no longer charge.")
    observed_s = seconds("Point-seconds observed, in any state.")
    point_s = seconds("Point-seconds of these hours, observed or not.")

    @dy.rule()
    def observed_time_is_part_of_all(cls) -> pl.Expr:
        used = pl.col("available_s") + pl.col("charging_s")
        return (used <= pl.col("observed_s")) & (pl.col("observed_s") <= pl.col("point_s"))


class StationPeriod(Contract):
    """One row per station and period, the newest 7, 28 and 91 UTC days: how often none was free, and how much was up.

    Sums the hours of `station_free_hourly` and `station_availability_hourly`.
    """

    days = dy.Int16(primary_key=True, min=1, metadata={"doc": "Length of the period, UTC days: 7, 28 or 91."})
    station_id = text("Station.", primary_key=True)
    arrondissement = ChargePointDay.arrondissement
    first_date = of_window("First UTC day of the period that has rows.")
    last_date = of_window("Last UTC day of the period.")
    date_count = count("Number of its UTC days with free_s or none_free_s.")
    determined_s2 = SQUARES
    point_count = dy.Int32(min=1, metadata={"doc": "Largest number of charge points on any of its days."})
    free_s = seconds("Seconds in which every state was known and at least one charge point was AVAILABLE.")
    none_free_s = seconds("Seconds in which every state was known and no charge point was AVAILABLE.")
    undetermined_s = seconds("All other seconds of the period, those of days without rows included.")
    longest_none_free_hours = count("Longest stretch of whole hours in which no charge point was free at any moment.")
    available_s = CityDaily.available_s
    charging_s = CityDaily.charging_s
    reserved_s = CityDaily.reserved_s
    out_of_order_s = CityDaily.out_of_order_s
    unknown_s = CityDaily.unknown_s
    not_in_service_s = CityDaily.not_in_service_s
    unobserved_s = CityDaily.unobserved_s

    @dy.rule()
    def saturated_hours_are_none_free(cls) -> pl.Expr:
        return pl.col("longest_none_free_hours").cast(pl.Int64) * 3600 <= pl.col("none_free_s")


class Outage(Contract):
    """One row per charge point and uninterrupted period OUTOFORDER that was last seen in the newest 91 UTC days.

    It may last several days and have begun before them. UNKNOWN is no outage: the operator has no contact.
    """

    charge_point_id = Episode.charge_point_id
    first_seen_at = Episode.first_seen_at
    station_id = text("Station.", nullable=True)
    arrondissement = ChargePointDay.arrondissement
    last_seen_at = Episode.last_seen_at
    began_after_at = Episode.began_after_at
    ended_by_at = Episode.ended_by_at
    is_left_censored = Episode.is_left_censored
    is_right_censored = flag(
        "Whether its end is unknown: it continues at the end of the newest UTC day, or no poll observed the charge "
        "point within the gap limit after last_seen_at. It may have lasted much longer.",
        nullable=False,
    )
    is_going_on = flag("Whether it continues at the end of the newest UTC day.", nullable=False)
    status_before = Episode.status_before
    status_after = Episode.status_after
    min_duration_s = Episode.min_duration_s
    max_duration_s = Episode.max_duration_s
    observed_s = count(
        "Observed time OUTOFORDER: seconds from first_seen_at to ended_by_at, or, if that is null, to half a gap limit "
        "after last_seen_at, but not later than the end of the newest UTC day."
    )

    @dy.rule()
    def outage_lasts_within_its_bounds(cls) -> pl.Expr:
        return (pl.col("min_duration_s") <= pl.col("max_duration_s")).fill_null(value=True)


ALL_AREAS = "all"


class WeatherEffect(Contract):
    """One row per area, variable of the weather and bin: how occupancy differs from that of other dates at that hour.

    The difference of an hour is its occupancy minus the mean of the same local hour of the week on other dates at most
    three weeks away, of any weather; a row has the mean over the hours of its bin in the newest 91 UTC days, with a
    95 % interval from a bootstrap by date. The weather is that forecast when the hour began.
    """

    area = text("Arrondissement, 1 to 20, or all.", primary_key=True, regex="^(all|[1-9]|1[0-9]|20)$")
    variable = dy.Enum(
        ["temperature_c", "precipitation_mmh"], primary_key=True, metadata={"doc": "Which column of the weather."}
    )
    bin = dy.Int8(primary_key=True, min=0, metadata={"doc": "Number of the bin, 0 the lowest."})
    lower = number("Lower bound of the bin, included; null if it has none.")
    upper = number("Upper bound of the bin, not included; null if it has none.")
    first_date = of_window("First of these UTC days that has rows.")
    last_date = of_window("Last of these UTC days.")
    date_count = dy.Int32(min=1, metadata={"doc": "Number of dates in Europe/Paris with such an hour."})
    hour_count = dy.Int32(min=1, metadata={"doc": "Number of such hours."})
    occupancy_difference = number("Mean difference of charging_s ÷ (available_s + charging_s).", -1, 1, nullable=False)
    difference_low = number("Lower end of the interval; null with fewer than ten dates.", -1, 1)
    difference_high = number("Upper end of the interval; null with fewer than ten dates.", -1, 1)

    @dy.rule()
    def interval_is_in_order(cls) -> pl.Expr:
        return (pl.col("difference_low") <= pl.col("difference_high")).fill_null(value=True)


class WeatherLastKnown(Contract):
    """View: one row per place and hour with the newest forecast, which may have come after the hour began.

    A forecast with both temperature and precipitation is preferred to a newer one without one of them.
    """

    location = text("Name of the requested place.", primary_key=True)
    hour_at = instant("Start of the hour (UTC).", primary_key=True)
    provider = text("Provider of the forecast.")
    available_at = instant("When the forecast became available here (UTC).")
    interval_s = WeatherForecast.interval_s
    temperature_c = WeatherForecast.temperature_c
    precipitation_mm = WeatherForecast.precipitation_mm
    relative_humidity_ratio = WeatherForecast.relative_humidity_ratio
    wind_speed_kmh = WeatherForecast.wind_speed_kmh
    wind_gust_kmh = WeatherForecast.wind_gust_kmh
    wind_from_direction_deg = WeatherForecast.wind_from_direction_deg
    pressure_msl_hpa = WeatherForecast.pressure_msl_hpa
    cloud_cover_ratio = WeatherForecast.cloud_cover_ratio
    has_snow_risk = WeatherForecast.has_snow_risk


WEATHER_LAST_KNOWN_SQL = """
SELECT DISTINCT ON (location, hour_at)
       location, hour_at, provider, available_at, interval_s, temperature_c, precipitation_mm,
       relative_humidity_ratio, wind_speed_kmh, wind_gust_kmh, wind_from_direction_deg, pressure_msl_hpa,
       cloud_cover_ratio, has_snow_risk
FROM clean.weather_forecast
CROSS JOIN LATERAL generate_series(
    valid_at - make_interval(secs => interval_s), valid_at - interval '1 hour', interval '1 hour'
) AS hour_at
WHERE temperature_c IS NOT NULL OR precipitation_mm IS NOT NULL
ORDER BY location, hour_at, (temperature_c IS NOT NULL AND precipitation_mm IS NOT NULL) DESC, available_at DESC,
         interval_s, provider, fetched_at DESC, valid_at
"""


class Change(Contract):
    """One row per change of state of a charge point or bike station, and per UTC day that was written again.

    Changes are told as polls come in, in their order. A day that becomes another one in any other way, such as by an
    import, is one row. Ids grow in the order in which rows become visible, without gaps. Rows are deleted after
    BELIB_CHANGE_RETENTION_DAYS.
    """

    indexes = (Index("of_time", ("recorded_at",), using="brin"),)

    id = dy.Int64(primary_key=True, min=1, metadata={"doc": "Number of the row, from 1."})
    recorded_at = instant("When the row was written (UTC).")
    kind = dy.Enum(
        ["state_changed", "day_rewritten"],
        metadata={
            "doc": "state_changed: a thing has another state than before. day_rewritten: the states of a UTC day were "
            "written again."
        },
    )
    network = dy.Enum(["belib", "velib"], metadata={"doc": "Network of the thing, or of the day."})
    thing_id = text("charge_point_id or station_code; null if kind is day_rewritten.", nullable=True)
    before = text(
        "State before as JSON: the columns of state of charge_point_status or bike_station_status; null if the thing "
        "was not seen before. Of a day the fingerprint of what it was made from; null if it was not written before.",
        nullable=True,
    )
    after = text("State since, or fingerprint of what the day is now made from, as JSON.")
    before_last_seen_at = instant("Last poll that saw the state before (UTC).", nullable=True)
    after_first_seen_at = instant(
        "First poll that saw the state since (UTC); null if kind is day_rewritten.", nullable=True
    )
    page_id = text("_id of the response of that poll in MongoDB.", nullable=True)
    utc_date = dy.Date(nullable=True, metadata={"doc": "UTC day that was written again."})

    @dy.rule()
    def is_of_a_thing_or_of_a_day(cls) -> pl.Expr:
        is_of_a_thing = pl.col("thing_id").is_not_null() & pl.col("after_first_seen_at").is_not_null()
        return (pl.col("kind") == "day_rewritten") == (pl.col("utc_date").is_not_null() & ~is_of_a_thing)
