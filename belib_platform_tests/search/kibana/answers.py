"""What each panel must show, asked of the warehouse in SQL."""

from typing import Final

HOURS: Final = """
WITH hours AS (
    SELECT h.*, s.station_name, h.available_s + h.charging_s + h.reserved_s + h.out_of_order_s + h.unknown_s
           + h.not_in_service_s AS observed_s,
           h.point_count * 3600 AS total_s,
           extract(hour FROM h.hour_at AT TIME ZONE 'Europe/Paris')::int AS hour_local,
           extract(isodow FROM h.hour_at AT TIME ZONE 'Europe/Paris')::int AS day_of_week,
           (h.hour_at AT TIME ZONE 'Europe/Paris')::date AS local_date,
           coalesce(lpad(h.arrondissement::text, 2, '0'), '??') AS arrondissement_label
    FROM mart.station_availability_hourly h LEFT JOIN clean.station s USING (station_id)
)
"""

POINTS: Final = """
WITH days AS (SELECT (max(first_seen_at) AT TIME ZONE 'UTC')::date AS newest FROM clean.charge_point_status),
points AS (
    SELECT DISTINCT ON (r.charge_point_id)
           r.*, r.last_seen_at = (SELECT max(last_seen_at) FROM clean.charge_point_status) AS is_current,
           p.station_id, p.station_name, p.longitude, coalesce(p.power_kw, 0) AS power_kw,
           coalesce(lpad(p.arrondissement::text, 2, '0'), '??') AS arrondissement_label,
           CASE WHEN p.power_kw > 0 THEN lpad(floor(p.power_kw)::int::text, 3, '0')
                || coalesce(substring(p.power_kw::text FROM '\\..+$'), '') || ' kW' ELSE 'unknown' END AS power_label
    FROM clean.charge_point_status r JOIN clean.charge_point p USING (charge_point_id), days
    WHERE (r.first_seen_at AT TIME ZONE 'UTC')::date >= newest - 1
    ORDER BY r.charge_point_id, r.first_seen_at DESC
),
seen AS (SELECT * FROM points WHERE is_current)
"""

BIKE_HOURS: Final = """
WITH hours AS (
    SELECT h.*, s.station_name, extract(hour FROM h.hour_at AT TIME ZONE 'Europe/Paris')::int AS hour_local,
           extract(isodow FROM h.hour_at AT TIME ZONE 'Europe/Paris')::int AS day_of_week
    FROM mart.bike_availability_hourly h LEFT JOIN clean.bike_station s USING (station_code)
)
"""

BIKES: Final = """
WITH days AS (SELECT (max(first_seen_at) AT TIME ZONE 'UTC')::date AS newest FROM clean.bike_station_status),
stations AS (
    SELECT DISTINCT ON (r.station_code) r.mechanical + r.ebike AS bikes, r.docks, s.longitude,
           r.last_seen_at = (SELECT max(last_seen_at) FROM clean.bike_station_status)
           AND r.is_reporting AND r.is_installed AND r.is_renting AND r.is_returning AS is_open
    FROM clean.bike_station_status r JOIN clean.bike_station s USING (station_code), days
    WHERE (r.first_seen_at AT TIME ZONE 'UTC')::date >= newest - 1
    ORDER BY r.station_code, r.first_seen_at DESC
)
"""

OCCUPANCY: Final = "sum(charging_s)::float / nullif(sum(available_s) + sum(charging_s), 0)"
SATURATION: Final = "sum(no_point_free_s)::float / (count(*) * 3600)"
COVERAGE: Final = "sum(observed_s)::float / sum(total_s)"
DOWN: Final = "sum(out_of_order_s)::float / nullif(sum(observed_s), 0)"
LOST: Final = "sum(unknown_s)::float / nullif(sum(observed_s), 0)"
UP: Final = "sum(available_s) + sum(charging_s) + sum(reserved_s)"
IN_SERVICE: Final = "nullif(sum(observed_s) - sum(not_in_service_s), 0)::float"
FREE: Final = "count(*) FILTER (WHERE status = 'AVAILABLE')"
WORKING: Final = "count(*) FILTER (WHERE status NOT IN ('PLANNED', 'INOPERATIVE', 'REMOVED'))"
FREE_SHARE: Final = f"{FREE}::float / nullif({WORKING}, 0)"
MS: Final = "(extract(epoch FROM {}) * 1000)::float"
DAY: Final = MS.format("date_trunc('day', hour_at, 'Europe/Paris')")
AT_HOUR: Final = MS.format("date_trunc('hour', {})")


def of_hours(what: str, rest: str = "") -> str:
    """A question to the mart."""
    return f"{HOURS} SELECT {what} FROM hours {rest}"


def of_points(what: str, rest: str = "", source: str = "seen") -> str:
    """A question to the newest runs, of all points or of those the newest poll saw."""
    return f"{POINTS} SELECT {what} FROM {source} {rest}"


def of_bike_hours(what: str, rest: str = "") -> str:
    """A question to the mart of bike stations."""
    return f"{BIKE_HOURS} SELECT {what} FROM hours {rest}"


def of_bikes(what: str, rest: str = "WHERE is_open") -> str:
    """A question to the newest runs of bike stations."""
    return f"{BIKES} SELECT {what} FROM stations {rest}"


NOW: Final = {
    "now-free": of_points(FREE),
    "now-busy": of_points("count(*)", "WHERE status = 'CHARGING'"),
    "now-down": of_points("count(*)", "WHERE status IN ('OUTOFORDER', 'UNKNOWN')"),
    "now-share": of_points(FREE_SHARE),
    "now-sure": of_points("count(*) FILTER (WHERE is_current)::float / count(*)", source="points"),
    "now-seen": of_points(MS.format("max(last_seen_at)"), source="points"),
    "now-by-status": of_points("status, count(*)", "GROUP BY 1"),
    "now-by-arrondissement": of_points(f"arrondissement_label, {FREE_SHARE}", "GROUP BY 1"),
    "now-by-power": of_points("power_label, status, count(*)", "GROUP BY 1, 2"),
    "now-stations": of_points(
        "station_id, coalesce(station_name, '__missing__'), count(*), max(power_kw)",
        "WHERE status = 'AVAILABLE' GROUP BY 1, 2",
    ),
}

RHYTHMS: Final = {
    "rhythm-busy": of_hours(OCCUPANCY),
    "rhythm-full": of_hours(SATURATION),
    "rhythm-covered": of_hours(COVERAGE),
    "rhythm-week": of_hours(f"day_of_week, hour_local, {OCCUPANCY}", "GROUP BY 1, 2"),
    "rhythm-rain": of_hours(f"precipitation_mmh > 0, {OCCUPANCY}", "WHERE precipitation_mmh IS NOT NULL GROUP BY 1"),
    "rhythm-temperature-busy": of_hours(f"{AT_HOUR.format('hour_at')}, {OCCUPANCY}", "GROUP BY 1"),
    "rhythm-temperature-sky": of_hours(f"{AT_HOUR.format('hour_at')}, avg(temperature_c)", "GROUP BY 1"),
    "rhythm-precipitation-busy": of_hours(f"{AT_HOUR.format('hour_at')}, {OCCUPANCY}", "GROUP BY 1"),
    "rhythm-precipitation-sky": of_hours(f"{AT_HOUR.format('hour_at')}, avg(precipitation_mmh)", "GROUP BY 1"),
    "rhythm-school": of_hours(f"local_date = ANY(%(school)s), hour_local, {OCCUPANCY}", "GROUP BY 1, 2"),
    "rhythm-holiday": of_hours(f"local_date = ANY(%(public)s), hour_local, {OCCUPANCY}", "GROUP BY 1, 2"),
    "rhythm-full-by-hour": of_hours(f"hour_local, {SATURATION}", "GROUP BY 1"),
    "rhythm-full-by-arrondissement": of_hours(f"arrondissement_label, {SATURATION}", "GROUP BY 1"),
}

RELIABILITY: Final = {
    "data-down": of_hours(DOWN),
    "data-lost": of_hours(LOST),
    "data-covered": of_hours(COVERAGE),
    "data-last-hour": of_hours(MS.format("max(hour_at)")),
    "data-last-poll": of_points(MS.format("max(last_seen_at)"), source="points"),
    "data-last-stamp": of_points(MS.format("max(source_updated_at)"), source="points"),
    "data-failures": of_hours(f"{DAY}, {DOWN}, {LOST}", "GROUP BY 1"),
    "data-working": of_hours(f"{DAY}, ({UP} + sum(unknown_s)) / {IN_SERVICE}, ({UP}) / {IN_SERVICE}", "GROUP BY 1"),
    "data-worst": of_hours(
        f"station_id, coalesce(station_name, '__missing__'), sum(out_of_order_s), {DOWN}, {LOST}, {COVERAGE}",
        'GROUP BY 1, 2 ORDER BY 3 DESC, station_id COLLATE "C" LIMIT 25',
    ),
    "data-coverage": of_hours(f"{DAY}, {COVERAGE}", "GROUP BY 1"),
    "data-coverage-by-arrondissement": of_hours(f"arrondissement_label, {COVERAGE}", "GROUP BY 1"),
    "data-last-stamps": of_points(f"{AT_HOUR.format('source_updated_at')}, count(*)", "GROUP BY 1", source="points"),
}

NO_BIKE: Final = "sum(no_bike_s)::float / nullif(sum(open_s), 0)"
NO_DOCK: Final = "sum(no_dock_s)::float / nullif(sum(open_s), 0)"
BIKES_SEEN: Final = "1 - sum(unobserved_s)::float / (count(*) * 3600)"
BIKE_HOUR: Final = AT_HOUR.format("hour_at")

VELIB: Final = {
    "velib-bikes": of_bikes("sum(bikes)"),
    "velib-no-bike-now": of_bikes("count(*) FILTER (WHERE bikes = 0)::float / count(*)"),
    "velib-no-dock-now": of_bikes("count(*) FILTER (WHERE docks = 0)::float / count(*)"),
    "velib-no-bike": of_bike_hours(NO_BIKE),
    "velib-no-dock": of_bike_hours(NO_DOCK),
    "velib-covered": of_bike_hours(BIKES_SEEN),
    "velib-no-bike-week": of_bike_hours(f"day_of_week, hour_local, {NO_BIKE}", "GROUP BY 1, 2"),
    "velib-no-dock-week": of_bike_hours(f"day_of_week, hour_local, {NO_DOCK}", "GROUP BY 1, 2"),
    "velib-temperature-taken": of_bike_hours(f"{BIKE_HOUR}, sum(out_lower)", "GROUP BY 1"),
    "velib-temperature-sky": of_bike_hours(f"{BIKE_HOUR}, avg(temperature_c)", "GROUP BY 1"),
    "velib-precipitation-taken": of_bike_hours(f"{BIKE_HOUR}, sum(out_lower)", "GROUP BY 1"),
    "velib-precipitation-sky": of_bike_hours(f"{BIKE_HOUR}, avg(precipitation_mmh)", "GROUP BY 1"),
    "velib-rain": of_bike_hours(
        "precipitation_mmh > 0, sum(out_lower)::float / count(*)", "WHERE precipitation_mmh IS NOT NULL GROUP BY 1"
    ),
    "velib-worst": of_bike_hours(
        f"station_code, coalesce(station_name, '__missing__'), sum(no_bike_s), {NO_BIKE}, {NO_DOCK}, {BIKES_SEEN}",
        'GROUP BY 1, 2 ORDER BY 3 DESC, station_code COLLATE "C" LIMIT 25',
    ),
}

PLACED: Final = "longitude IS NOT NULL GROUP BY 1"

MAPS: Final = {
    "now-map-points": of_points("status, count(*)", f"WHERE {PLACED}"),
    "now-map-lost": of_points("status, count(*)", f"WHERE NOT is_current AND {PLACED}", "points"),
    "velib-map-open": of_bikes("bikes, count(*)", f"WHERE is_open AND {PLACED}"),
    "velib-map-closed": of_bikes("bikes, count(*)", f"WHERE NOT is_open AND {PLACED}"),
    "now-choropleth": of_points(f"arrondissement_label, {FREE}, {WORKING}", "GROUP BY 1"),
}
