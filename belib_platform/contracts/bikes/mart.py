"""Layer `mart`, Vélib': bikes and docks by hour and by date, with the weather; tomorrow; what is near."""

from typing import NamedTuple

import dataframely as dy
import polars as pl

from belib_platform.contracts.bikes.clean import BikeStationDay, station_code
from belib_platform.contracts.clean import count, flag, instant, number, text
from belib_platform.contracts.contract import Contract, Index
from belib_platform.contracts.mart import CityDaily, StationAvailabilityHourly, StationRhythm, seconds
from belib_platform.settings import NETWORKS

BIKE_SECONDS = ("open_s", "closed_s", "not_reporting_s", "unobserved_s")
"""The four columns of time of an hour; their sum is 3,600."""

LACKING = ("no_bike_s", "no_ebike_s", "no_dock_s")
"""Parts of `open_s` that may overlap."""

INSEE_CODE = r"^[0-9][0-9AB][0-9]{3}$"
"""Matches the code of a commune or of an arrondissement of Paris."""


class BikeAvailabilityHourly(Contract):
    """One row per bike station and past UTC hour: how many bikes and docks it had, what moved, and the weather.

    A station that was observed on a UTC day has a row for each of its hours. The weather is the newest forecast for the
    hour that was known when the hour began.
    """

    indexes = (
        # One station over a long time. SELECT … WHERE station_code = … AND hour_at >= …
        Index("of_station", ("station_code", "hour_at")),
    )

    hour_at = instant("Start of the hour (UTC).", primary_key=True, partition=True)
    station_code = station_code()
    insee_code = text(
        "INSEE code of the arrondissement (75101 to 75120) or of the commune; null if unknown.",
        nullable=True,
        regex=INSEE_CODE,
    )
    capacity = BikeStationDay.capacity
    open_s = count("Seconds observed in which the station was installed, renting, returning and reporting.")
    closed_s = count("Seconds observed in which it reported and was not installed, not renting or not returning.")
    not_reporting_s = count("Seconds observed in which it had not reported for more than 24 h: neither empty nor full.")
    unobserved_s = count("Seconds without an observation within the gap limit.")
    bike_mean = number("Mean number of bikes available over open_s; null if open_s is 0.", 0)
    ebike_mean = number("Mean number of electric bikes available over open_s; null if open_s is 0.", 0)
    dock_mean = number("Mean number of free docks over open_s; null if open_s is 0.", 0)
    no_bike_s = count("Seconds of open_s without any bike.")
    no_ebike_s = count("Seconds of open_s without an electric bike.")
    no_dock_s = count("Seconds of open_s without a free dock.")
    out_lower = count(
        "Bikes taken, at least: the sum of the falls of each kind of bike between two polls of this UTC day within the "
        "gap limit, the later one in this hour, while open. Bikes taken and returned between two polls are not seen."
    )
    in_lower = count("Bikes returned, at least: the sum of the rises, as for out_lower.")
    rebalanced_out = count(
        "Bikes carried away: what the number of bikes fell by between two such polls, where that is 8 or more; nothing "
        "of it is part of out_lower or in_lower."
    )
    rebalanced_in = count(
        "Bikes brought: what the number of bikes rose by between two such polls, where that is 8 or more; nothing of "
        "it is part of out_lower or in_lower."
    )
    weather_provider = StationAvailabilityHourly.weather_provider
    weather_valid_at = StationAvailabilityHourly.weather_valid_at
    weather_available_at = StationAvailabilityHourly.weather_available_at
    temperature_c = StationAvailabilityHourly.temperature_c
    precipitation_mmh = StationAvailabilityHourly.precipitation_mmh
    relative_humidity_ratio = StationAvailabilityHourly.relative_humidity_ratio
    wind_speed_kmh = StationAvailabilityHourly.wind_speed_kmh
    wind_gust_kmh = StationAvailabilityHourly.wind_gust_kmh
    wind_from_direction_deg = StationAvailabilityHourly.wind_from_direction_deg
    pressure_msl_hpa = StationAvailabilityHourly.pressure_msl_hpa
    cloud_cover_ratio = StationAvailabilityHourly.cloud_cover_ratio
    has_snow_risk = StationAvailabilityHourly.has_snow_risk

    @dy.rule()
    def seconds_of_an_hour_add_up(cls) -> pl.Expr:
        return pl.sum_horizontal(BIKE_SECONDS) == 3600

    @dy.rule()
    def lacking_time_is_open_time(cls) -> pl.Expr:
        return pl.max_horizontal(LACKING) <= pl.col("open_s")

    @dy.rule()
    def weather_was_known_at_that_hour(cls) -> pl.Expr:
        return pl.col("weather_available_at").is_null() | (pl.col("weather_available_at") <= pl.col("hour_at"))


UNKNOWN_AREA = "unknown"
"""Key for stations whose commune is unknown, so that sums over all areas are complete."""


class BikeCityDaily(Contract):
    """One row per date in Europe/Paris and area: availability of bikes and docks, what moved, and the weather.

    Areas are the arrondissements of Paris and the communes around it. Sums the hours of `bike_availability_hourly` from
    midnight to midnight in Paris, after the end of the UTC day of the same date.
    """

    local_date = CityDaily.local_date
    area = text(
        "INSEE code of the arrondissement (75101 to 75120) or commune, or unknown.",
        primary_key=True,
        regex=r"^([0-9][0-9AB][0-9]{3}|unknown)$",
    )
    hours = CityDaily.hours
    hours_in_mart = dy.Int8(
        min=1,
        max=25,
        metadata={"doc": "Number of hours with rows in bike_availability_hourly; UTC days without polls have none."},
    )
    station_count = dy.Int32(min=1, metadata={"doc": "Largest number of stations in any hour of the date."})
    open_s = seconds("Station-seconds open.")
    closed_s = seconds("Station-seconds closed: not installed, not renting or not returning.")
    not_reporting_s = seconds("Station-seconds in which a station had not reported for more than 24 h.")
    unobserved_s = seconds("Station-seconds without an observation within the gap limit.")
    no_bike_s = seconds("Station-seconds open without any bike.")
    no_ebike_s = seconds("Station-seconds open without an electric bike.")
    no_dock_s = seconds("Station-seconds open without a free dock.")
    bike_mean = number("Mean number of bikes available at an open station; null if open_s is 0.", 0)
    ebike_mean = number("Mean number of electric bikes available at an open station; null if open_s is 0.", 0)
    dock_mean = number("Mean number of free docks at an open station; null if open_s is 0.", 0)
    no_bike_ratio = number("no_bike_s ÷ open_s; null if open_s is 0.", 0, 1)
    no_ebike_ratio = number("no_ebike_s ÷ open_s; null if open_s is 0.", 0, 1)
    no_dock_ratio = number("no_dock_s ÷ open_s; null if open_s is 0.", 0, 1)
    observed_ratio = number(
        "Observed seconds ÷ (station_count × hours × 3,600); hours without rows count as unobserved.",
        0,
        1,
        nullable=False,
    )
    out_lower = seconds("Bikes taken, at least.")
    in_lower = seconds("Bikes returned, at least.")
    rebalanced_out = seconds("Bikes carried away, eight or more at once.")
    rebalanced_in = seconds("Bikes brought, eight or more at once.")
    hours_with_weather = CityDaily.hours_with_weather
    weather_providers = CityDaily.weather_providers
    temperature_c = CityDaily.temperature_c
    precipitation_mm = CityDaily.precipitation_mm
    is_public_holiday = CityDaily.is_public_holiday
    is_school_holiday = CityDaily.is_school_holiday

    @dy.rule()
    def lacking_time_is_open_time(cls) -> pl.Expr:
        return pl.max_horizontal(LACKING) <= pl.col("open_s")

    @dy.rule()
    def hours_are_hours_of_the_day(cls) -> pl.Expr:
        return (pl.col("hours_in_mart") <= pl.col("hours")) & (pl.col("hours_with_weather") <= pl.col("hours"))


class BikeRhythm(Contract):
    """One row per bike station, local hour of the week and weather: how often it had bikes and docks, while open.

    Sums the hours of the newest 91 UTC days of `bike_availability_hourly` that are over.
    """

    station_code = station_code()
    weekday = StationRhythm.weekday
    hour = StationRhythm.hour
    weather = StationRhythm.weather
    insee_code = BikeAvailabilityHourly.insee_code
    first_date = StationRhythm.first_date
    last_date = StationRhythm.last_date
    date_count = count("Number of dates with open_s in this hour.")
    open_s = seconds("Seconds observed in which the station was open.")
    no_bike_s = seconds("Seconds of open_s without any bike.")
    no_ebike_s = seconds("Seconds of open_s without an electric bike.")
    no_dock_s = seconds("Seconds of open_s without a free dock.")
    open_s2 = number(
        "Sum over the dates of open_s², s². open_s² ÷ open_s2 is the effective number of dates, which is smaller than "
        "date_count where some dates were hardly observed.",
        0,
        nullable=False,
    )
    bike_mean = BikeAvailabilityHourly.bike_mean
    dock_mean = BikeAvailabilityHourly.dock_mean

    @dy.rule()
    def lacking_time_is_open_time(cls) -> pl.Expr:
        return pl.max_horizontal(LACKING) <= pl.col("open_s")


class DayPart(NamedTuple):
    """A part of a date in Europe/Paris: from an hour, included, to an hour, not included."""

    name: str
    first_hour: int
    end_hour: int

    @property
    def seconds(self) -> int:
        """Its length, the same on every date: the clocks change before the first part begins."""
        return (self.end_hour - self.first_hour) * 3600


DAY_PARTS = (DayPart("06-10", 6, 10), DayPart("10-16", 10, 16), DayPart("16-20", 16, 20), DayPart("20-24", 20, 24))
"""What tomorrow is divided into; nothing is forecast for the night."""


def day_part() -> dy.Enum:
    """A part of the day, as part of a key."""
    return dy.Enum(
        [part.name for part in DAY_PARTS],
        primary_key=True,
        metadata={"doc": "Part of the date: hours in Europe/Paris, the second one not included."},
    )


def share(doc: str) -> dy.Float64:
    """A share of time, or null."""
    return number(doc, 0, 1)


class BikeTomorrow(Contract):
    """One row per evening, bike station and part of the next date: how long it is expected to be empty and full.

    Made of what was known at 17:00 UTC of that evening. A forecast that was made in time is never changed later. Shares
    are of the time in which the station is open.
    """

    issued_at = instant(
        "17:00 UTC of the evening: nothing that was observed or known later is used (UTC).",
        primary_key=True,
        partition=True,
    )
    station_code = station_code()
    part = day_part()
    target_date = dy.Date(metadata={"doc": "Date in Europe/Paris that the forecast is for: the day after."})
    no_bike_ratio = share("Expected share of open time without any bike; null if date_count is 0.")
    no_dock_ratio = share("Expected share of open time without a free dock; null if date_count is 0.")
    no_bike_climatology_ratio = share(
        "Share without any bike of the open time of these dates, each second alike, whatever the weather; null if "
        "date_count is 0."
    )
    no_dock_climatology_ratio = share("The same without a free dock; null if date_count is 0.")
    date_count = dy.Int16(
        min=0,
        max=13,
        metadata={"doc": "Number of the last 13 dates of the same weekday on which the station was observed open."},
    )
    observed_ratio = number("Observed seconds ÷ those of this part on these 13 dates.", 0, 1, nullable=False)
    temperature_c = number(
        "Mean forecast temperature of the part as known at issued_at, °C; null if an hour's is unknown.", -60, 60
    )
    precipitation_mmh = number(
        "Greatest forecast precipitation of an hour of the part, mm per hour, as known at issued_at; null if an hour's "
        "is unknown.",
        0,
    )
    weather_available_at = instant(
        "When the newest of these forecasts became available; null if none was known (UTC).", nullable=True
    )
    weather_date_count = dy.Int16(
        min=0, max=91, metadata={"doc": "Number of the last 91 dates with such weather in this part."}
    )
    is_weather_used = flag(
        "Whether the shares are those of such weather: it is known, and ten dates or more had it.", nullable=False
    )

    @dy.rule()
    def target_is_the_next_date(cls) -> pl.Expr:
        return pl.col("target_date") == pl.col("issued_at").dt.date().dt.offset_by("1d")

    @dy.rule()
    def shares_are_known_together(cls) -> pl.Expr:
        ratios = ("no_bike_ratio", "no_dock_ratio", "no_bike_climatology_ratio", "no_dock_climatology_ratio")
        return pl.all_horizontal(pl.col(ratio).is_null() == (pl.col("date_count") == 0) for ratio in ratios)

    @dy.rule()
    def weather_was_known_when_issued(cls) -> pl.Expr:
        return (pl.col("weather_available_at") <= pl.col("issued_at")).fill_null(value=True)


def error(doc: str) -> dy.Float64:
    """A mean error of shares."""
    return number(doc, 0, 1, nullable=False)


class BikeTomorrowSkill(Contract):
    """One row per past date, part of it, and bikes or docks: how wrong the forecast of the evening before was.

    It is compared with two that need no method: the mean of that weekday, and the same day of the week before. Errors
    are of shares of open time, means over the stations of which all four shares are known.
    """

    target_date = dy.Date(primary_key=True, metadata={"doc": "Date in Europe/Paris, over.", "window": True})
    part = day_part()
    lacking = dy.Enum(
        ["bike", "dock"], primary_key=True, metadata={"doc": "What was forecast: time without any bike, or dock."}
    )
    station_count = dy.Int32(min=1, metadata={"doc": "Number of stations compared."})
    observed_share = number("Mean share of the stations that came.", 0, 1, nullable=False)
    forecast_share = number("Mean share of the stations that was forecast.", 0, 1, nullable=False)
    squared_error = error("Mean squared error of the forecast; of shares of time, so like a Brier score.")
    climatology_squared_error = error("Mean squared error of the mean of that weekday.")
    last_week_squared_error = error("Mean squared error of the share of the week before.")
    absolute_error = error("Mean absolute error of the forecast.")
    climatology_absolute_error = error("Mean absolute error of the mean of that weekday.")
    last_week_absolute_error = error("Mean absolute error of the share of the week before.")
    over_climatology = number(
        "climatology_squared_error - squared_error: above 0 where the forecast is better.", -1, 1, nullable=False
    )
    over_climatology_low = number("Lower end of its 95 % interval; null with fewer than ten stations.", -1, 1)
    over_climatology_high = number("Upper end of its 95 % interval; null with fewer than ten stations.", -1, 1)
    over_last_week = number(
        "last_week_squared_error - squared_error: above 0 where the forecast is better.", -1, 1, nullable=False
    )
    over_last_week_low = number("Lower end of its 95 % interval; null with fewer than ten stations.", -1, 1)
    over_last_week_high = number("Upper end of its 95 % interval; null with fewer than ten stations.", -1, 1)
    is_better_than_climatology = flag(
        "Whether the interval of over_climatology is above 0: a bootstrap over the stations, so of this date alone.",
        nullable=False,
    )
    is_better_than_last_week = flag("Whether the interval of over_last_week is above 0.", nullable=False)

    @dy.rule()
    def intervals_are_in_order(cls) -> pl.Expr:
        gains = ("over_climatology", "over_last_week")
        return pl.all_horizontal(
            (pl.col(f"{gain}_low") <= pl.col(f"{gain}_high")).fill_null(value=True) for gain in gains
        )


NEAR_M = 200
"""How far apart a bike station and charge points may be to be called near each other, metres as the crow flies."""


class StationNearby(Contract):
    """One row per station and station of the other network at most 200 m away, in either direction.

    Made of the last known places of `bike_station` and of the charge points' `station`, once a day is over, if any
    place changed.
    """

    network = dy.Enum(NETWORKS, primary_key=True, metadata={"doc": "Network of the station."})
    place_id = text("Its station_id (belib) or station_code (velib).", primary_key=True)
    other_network = dy.Enum(NETWORKS, metadata={"doc": "The other network."})
    other_id = text("The other station's station_id or station_code.", primary_key=True)
    distance_m = number("Distance in metres as the crow flies.", 0, NEAR_M, nullable=False)

    @dy.rule()
    def networks_differ(cls) -> pl.Expr:
        return pl.col("network") != pl.col("other_network")
