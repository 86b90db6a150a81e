-- The tables of commit 7bafb11, and what it made in them of the pages in before.py.
SET TIME ZONE 'UTC';
CREATE SCHEMA clean;
CREATE SCHEMA mart;

CREATE TABLE clean.poll (fetched_at timestamptz NOT NULL, source TEXT NOT NULL, origin TEXT NOT NULL, outcome TEXT NOT
  NULL, reason TEXT, received_at timestamptz, page_id TEXT, record_count INTEGER, newest_source_updated_at
  timestamptz, fresh_ratio FLOAT, unknown_ratio FLOAT, future_stamp_count INTEGER, is_folded BOOLEAN NOT NULL, PRIMARY
  KEY (fetched_at, source));
COMMENT ON TABLE clean.poll IS 'Rows. [contract 770ca5fc0868]';
INSERT INTO clean.poll (fetched_at, source, origin, outcome, received_at, page_id, record_count,
  newest_source_updated_at, fresh_ratio, unknown_ratio, future_stamp_count, is_folded) VALUES
  ('2025-03-28 04:00Z', 'belib_static', 'poll', 'sound', '2025-03-28 04:00Z', 'belib_static/1743134400000/0', 2,
    NULL, NULL, NULL, NULL, false),
  ('2025-03-28 12:00Z', 'belib', 'poll', 'sound', '2025-03-28 12:00Z', 'belib/1743163200000/0', 2,
    '2025-03-28 03:30:01Z', 1.0, 0.0, 0, true),
  ('2025-03-28 12:05Z', 'belib', 'poll', 'sound', '2025-03-28 12:05Z', 'belib/1743163500000/0', 2,
    '2025-03-28 03:30:01Z', 1.0, 0.0, 0, true),
  ('2025-03-29 04:00Z', 'belib_static', 'poll', 'sound', '2025-03-29 04:00Z', 'belib_static/1743220800000/0', 2,
    NULL, NULL, NULL, NULL, false),
  ('2025-03-29 10:00Z', 'open_meteo', 'poll', 'sound', '2025-03-29 10:00Z', 'open_meteo/1743242400000/0', 3, NULL,
    NULL, NULL, NULL, false),
  ('2025-03-29 12:00Z', 'belib', 'poll', 'sound', '2025-03-29 12:00Z', 'belib/1743249600000/0', 2,
    '2025-03-28 03:30:01Z', 0.0, 0.0, 0, true),
  ('2025-03-29 12:05Z', 'belib', 'poll', 'sound', '2025-03-29 12:05Z', 'belib/1743249900000/0', 2,
    '2025-03-28 03:30:01Z', 0.0, 0.0, 0, true);

CREATE TABLE clean.charge_point_status (first_seen_at timestamptz NOT NULL, charge_point_id TEXT NOT NULL,
  last_seen_at timestamptz NOT NULL, holds_until timestamptz NOT NULL, status TEXT NOT NULL, poll_count INTEGER NOT
  NULL, source_updated_at timestamptz, PRIMARY KEY (first_seen_at, charge_point_id));
COMMENT ON TABLE clean.charge_point_status IS 'Rows. [contract 3222c59ab114]';
INSERT INTO clean.charge_point_status (first_seen_at, charge_point_id, last_seen_at, holds_until, status, poll_count,
  source_updated_at) VALUES
  ('2025-03-28 12:00Z', 'FR*V75*EPX10*11*1', '2025-03-28 12:05Z', '2025-03-28 12:20Z', 'AVAILABLE', 2,
    '2025-03-28 03:30:01Z'),
  ('2025-03-28 12:00Z', 'FR*V75*EPX10*11*2', '2025-03-28 12:05Z', '2025-03-28 12:20Z', 'CHARGING', 2,
    '2025-03-28 03:30:01Z'),
  ('2025-03-29 12:00Z', 'FR*V75*EPX10*11*1', '2025-03-29 12:05Z', '2025-03-29 12:20Z', 'AVAILABLE', 2,
    '2025-03-28 03:30:01Z'),
  ('2025-03-29 12:00Z', 'FR*V75*EPX10*11*2', '2025-03-29 12:05Z', '2025-03-29 12:20Z', 'CHARGING', 2,
    '2025-03-28 03:30:01Z');

CREATE TABLE clean.charge_point_day (utc_date DATE NOT NULL, charge_point_id TEXT NOT NULL, is_live BOOLEAN NOT NULL,
  is_in_static_set BOOLEAN NOT NULL, station_id TEXT, station_name TEXT, address TEXT, insee_code TEXT, arrondissement
  SMALLINT, longitude FLOAT, latitude FLOAT, power_kw FLOAT, location_type TEXT, accessibility TEXT, is_two_wheeler
  BOOLEAN, has_ef BOOLEAN, has_type_2 BOOLEAN, has_combo_ccs BOOLEAN, has_chademo BOOLEAN, has_type_3 BOOLEAN,
  commissioned_at timestamptz, opening_hours TEXT, operator_name TEXT, PRIMARY KEY (utc_date, charge_point_id));
COMMENT ON TABLE clean.charge_point_day IS 'Rows. [contract a466afc1230f]';
INSERT INTO clean.charge_point_day (utc_date, charge_point_id, is_live, is_in_static_set, station_id, station_name,
  address, insee_code, arrondissement, longitude, latitude, power_kw, has_type_2, operator_name) VALUES
  ('2025-03-28', 'FR*V75*EPX10*11*1', true, true, 'FR*V75*PPX10*11', 'Paris | Rue la Boétie 37',
    '37 Rue la Boétie 75008 Paris', '75108', 8, 2.35, 48.85, 7.0, true, 'TotalEnergies'),
  ('2025-03-28', 'FR*V75*EPX10*11*2', true, true, 'FR*V75*PPX10*11', 'Paris | Rue la Boétie 37',
    '37 Rue la Boétie 75008 Paris', '75108', 8, 2.35, 48.85, 7.0, true, 'TotalEnergies'),
  ('2025-03-29', 'FR*V75*EPX10*11*1', true, true, 'FR*V75*PPX10*11', 'Paris | Rue la Boétie 37',
    '37 Rue la Boétie 75008 Paris', '75108', 8, 2.35, 48.85, 7.0, true, 'TotalEnergies'),
  ('2025-03-29', 'FR*V75*EPX10*11*2', true, true, 'FR*V75*PPX10*11', 'Paris | Rue la Boétie 37',
    '37 Rue la Boétie 75008 Paris', '75108', 8, 2.35, 48.85, 7.0, true, 'TotalEnergies');

CREATE TABLE clean.charge_point (charge_point_id TEXT NOT NULL, national_id TEXT NOT NULL, first_seen_date DATE NOT
  NULL, last_seen_date DATE NOT NULL, last_live_date DATE, last_static_date DATE, station_id TEXT NOT NULL,
  is_station_derived BOOLEAN NOT NULL, station_name TEXT, address TEXT, insee_code TEXT, arrondissement SMALLINT,
  longitude FLOAT, latitude FLOAT, power_kw FLOAT, location_type TEXT, accessibility TEXT, is_two_wheeler BOOLEAN,
  has_ef BOOLEAN, has_type_2 BOOLEAN, has_combo_ccs BOOLEAN, has_chademo BOOLEAN, has_type_3 BOOLEAN, commissioned_at
  timestamptz, opening_hours TEXT, operator_name TEXT, PRIMARY KEY (charge_point_id));
COMMENT ON TABLE clean.charge_point IS 'Rows. [contract 9cefada83c04]';
INSERT INTO clean.charge_point (charge_point_id, national_id, first_seen_date, last_seen_date, last_live_date,
  last_static_date, station_id, is_station_derived, station_name, address, insee_code, arrondissement, longitude,
  latitude, power_kw, has_type_2, operator_name) VALUES
  ('FR*V75*EPX10*11*1', 'FRV75EPX10111', '2025-03-28', '2025-03-29', '2025-03-29', '2025-03-29', 'FR*V75*PPX10*11',
    false, 'Paris | Rue la Boétie 37', '37 Rue la Boétie 75008 Paris', '75108', 8, 2.35, 48.85, 7.0, true,
    'TotalEnergies'),
  ('FR*V75*EPX10*11*2', 'FRV75EPX10112', '2025-03-28', '2025-03-29', '2025-03-29', '2025-03-29', 'FR*V75*PPX10*11',
    false, 'Paris | Rue la Boétie 37', '37 Rue la Boétie 75008 Paris', '75108', 8, 2.35, 48.85, 7.0, true,
    'TotalEnergies');

CREATE TABLE clean.station (station_id TEXT NOT NULL, station_name TEXT, address TEXT, arrondissement SMALLINT,
  longitude FLOAT, latitude FLOAT, point_count INTEGER NOT NULL, max_power_kw FLOAT, last_seen_date DATE NOT NULL,
  PRIMARY KEY (station_id));
COMMENT ON TABLE clean.station IS 'Rows. [contract 8da1680541e0]';
INSERT INTO clean.station (station_id, station_name, address, arrondissement, longitude, latitude, point_count,
  max_power_kw, last_seen_date) VALUES
  ('FR*V75*PPX10*11', 'Paris | Rue la Boétie 37', '37 Rue la Boétie 75008 Paris', 8, 2.35, 48.85, 2, 7.0,
    '2025-03-29');

CREATE TABLE clean.weather_forecast (fetched_at timestamptz NOT NULL, provider TEXT NOT NULL, location TEXT NOT NULL,
  valid_at timestamptz NOT NULL, available_at timestamptz NOT NULL, issued_at timestamptz, interval_s INTEGER NOT
  NULL, temperature_c FLOAT, precipitation_mm FLOAT, relative_humidity_ratio FLOAT, wind_speed_kmh FLOAT,
  wind_gust_kmh FLOAT, wind_from_direction_deg FLOAT, pressure_msl_hpa FLOAT, cloud_cover_ratio FLOAT, has_snow_risk
  BOOLEAN, PRIMARY KEY (fetched_at, provider, location, valid_at));
COMMENT ON TABLE clean.weather_forecast IS 'Rows. [contract 26a1f20bb1e6]';
INSERT INTO clean.weather_forecast (fetched_at, provider, location, valid_at, available_at, interval_s, temperature_c,
  precipitation_mm) VALUES
  ('2025-03-29 10:00Z', 'open_meteo', 'paris', '2025-03-29 12:00Z', '2025-03-29 10:00Z', 3600, 11.5, 0.0),
  ('2025-03-29 10:00Z', 'open_meteo', 'paris', '2025-03-29 13:00Z', '2025-03-29 10:00Z', 3600, 12.0, 0.2),
  ('2025-03-29 10:00Z', 'open_meteo', 'paris', '2025-03-29 14:00Z', '2025-03-29 10:00Z', 3600, 12.5, 0.0);

CREATE TABLE clean.rejected_record (asset TEXT NOT NULL, fetched_at timestamptz NOT NULL, page_id TEXT NOT NULL,
  record_index INTEGER NOT NULL, rule TEXT NOT NULL, source TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (asset,
  fetched_at, page_id, record_index, rule));
COMMENT ON TABLE clean.rejected_record IS 'Rows. [contract 7e88f940b55a]';

CREATE TABLE clean.written_window (asset TEXT NOT NULL, window_key TEXT NOT NULL, fingerprint TEXT NOT NULL,
  settled_count INTEGER NOT NULL, settled TEXT NOT NULL, row_count INTEGER NOT NULL, rejected_count INTEGER NOT NULL,
  run_id TEXT NOT NULL, written_at timestamptz NOT NULL, PRIMARY KEY (asset, window_key));
COMMENT ON TABLE clean.written_window IS 'Rows. [contract a5aa384772f3]';
INSERT INTO clean.written_window (asset, window_key, fingerprint, settled_count, settled, row_count, rejected_count,
  run_id, written_at) VALUES
  ('charge_point', 'all', '9def06a4fbee3c4c71f3aaaddf019c52', 1, '1848a7b394a7cc886ebfa1e2f77db3ed', 2, 0, 'run',
    '2025-03-30 00:04Z'),
  ('charge_point_day', '2025-03-28', 'e1c64a2f08cc8b06a425bf819805e019', 2, 'e1c64a2f08cc8b06a425bf819805e019', 2, 0,
    'run', '2025-03-30 00:04Z'),
  ('charge_point_day', '2025-03-29', '105482da0d25821d49f3e7334d7a558c', 2, '105482da0d25821d49f3e7334d7a558c', 2, 0,
    'run', '2025-03-30 00:04Z'),
  ('charge_point_status', '2025-03-28', 'a67155cbf36216bc06e963b9f3038ae4', 2, 'a67155cbf36216bc06e963b9f3038ae4', 2,
    0, 'run', '2025-03-30 00:04Z'),
  ('charge_point_status', '2025-03-29', '6dfa9a4c59ac65e2243c326393a1b932', 2, '6dfa9a4c59ac65e2243c326393a1b932', 2,
    0, 'run', '2025-03-30 00:04Z'),
  ('city_daily', '2025-03-28', 'e6bc2fc361c58ff6d49f934cbece9389', 0, '8d4f5cea67f3bc7f904b5f62e9daa8ec', 1, 0,
    'run', '2025-03-30 00:04Z'),
  ('city_daily', '2025-03-29', '1e4e47c2c09c1be0053fbe1061468c54', 0, '8d4f5cea67f3bc7f904b5f62e9daa8ec', 1, 0,
    'run', '2025-03-30 00:04Z'),
  ('poll', '2025-03-28', '0ca4c8fd5469c8e28ccc47e954719c7d', 3, '0ca4c8fd5469c8e28ccc47e954719c7d', 3, 0, 'run',
    '2025-03-30 00:04Z'),
  ('poll', '2025-03-29', '017564b080552063dae6a147c47b8764', 4, '017564b080552063dae6a147c47b8764', 4, 0, 'run',
    '2025-03-30 00:04Z'),
  ('station', 'all', '1a0287bfea07aca3163e00be4b64e88e', 0, 'f8f5a4971aa56b466de87480272b35e0', 1, 0, 'run',
    '2025-03-30 00:04Z'),
  ('station_availability_hourly', '2025-03-28', '5668bcf3b8b961e99c1f899293beff3f', 0,
    '8cee9b66a6dd653614bf5f7c93c27131', 24, 0, 'run', '2025-03-30 00:04Z'),
  ('station_availability_hourly', '2025-03-29', '0638ff27752a8b12c92c58dff26f7d9c', 0,
    '8cee9b66a6dd653614bf5f7c93c27131', 24, 0, 'run', '2025-03-30 00:04Z'),
  ('weather_forecast', '2025-03-28', 'c4834d0035e042298536473b44a2aed8', 0, 'c4834d0035e042298536473b44a2aed8', 0, 0,
    'run', '2025-03-30 00:04Z'),
  ('weather_forecast', '2025-03-29', '29350b30872e56365c2f06f50016e594', 0, 'c4834d0035e042298536473b44a2aed8', 3, 0,
    'run', '2025-03-30 00:04Z');

CREATE TABLE mart.station_availability_hourly (hour_at timestamptz NOT NULL, station_id TEXT NOT NULL, power_kw FLOAT
  NOT NULL, arrondissement SMALLINT, point_count INTEGER NOT NULL, available_s INTEGER NOT NULL, charging_s INTEGER
  NOT NULL, reserved_s INTEGER NOT NULL, out_of_order_s INTEGER NOT NULL, unknown_s INTEGER NOT NULL, not_in_service_s
  INTEGER NOT NULL, unobserved_s INTEGER NOT NULL, no_point_free_s INTEGER NOT NULL, weather_provider TEXT,
  weather_valid_at timestamptz, weather_available_at timestamptz, temperature_c FLOAT, precipitation_mmh FLOAT,
  relative_humidity_ratio FLOAT, wind_speed_kmh FLOAT, wind_gust_kmh FLOAT, wind_from_direction_deg FLOAT,
  pressure_msl_hpa FLOAT, cloud_cover_ratio FLOAT, has_snow_risk BOOLEAN, PRIMARY KEY (hour_at, station_id,
  power_kw));
COMMENT ON TABLE mart.station_availability_hourly IS 'Rows. [contract 1cb5db504224]';
INSERT INTO mart.station_availability_hourly (hour_at, station_id, power_kw, arrondissement, point_count, available_s,
  charging_s, reserved_s, out_of_order_s, unknown_s, not_in_service_s, unobserved_s, no_point_free_s,
  weather_provider, weather_valid_at, weather_available_at, temperature_c, precipitation_mmh) VALUES
  ('2025-03-28 12:00Z', 'FR*V75*PPX10*11', 7.0, 8, 2, 750, 750, 0, 0, 0, 0, 5700, 0, NULL, NULL, NULL, NULL, NULL),
  ('2025-03-29 11:00Z', 'FR*V75*PPX10*11', 7.0, 8, 2, 0, 0, 0, 0, 0, 0, 7200, 0, 'open_meteo', '2025-03-29 12:00Z',
    '2025-03-29 10:00Z', 11.5, 0.0),
  ('2025-03-29 12:00Z', 'FR*V75*PPX10*11', 7.0, 8, 2, 750, 750, 0, 0, 0, 0, 5700, 0, 'open_meteo',
    '2025-03-29 13:00Z', '2025-03-29 10:00Z', 12.0, 0.2),
  ('2025-03-29 13:00Z', 'FR*V75*PPX10*11', 7.0, 8, 2, 0, 0, 0, 0, 0, 0, 7200, 0, 'open_meteo', '2025-03-29 14:00Z',
    '2025-03-29 10:00Z', 12.5, 0.0);
-- and no forecast known, and nobody near, in all other hours
INSERT INTO mart.station_availability_hourly (hour_at, station_id, power_kw, arrondissement, point_count, available_s,
  charging_s, reserved_s, out_of_order_s, unknown_s, not_in_service_s, unobserved_s, no_point_free_s)
SELECT hour_at, 'FR*V75*PPX10*11', 7.0, 8, 2, 0, 0, 0, 0, 0, 0, 7200, 0
FROM generate_series('2025-03-28 00:00Z'::timestamptz, '2025-03-29 23:00Z', '1 hour') AS hour_at
WHERE hour_at NOT IN (SELECT hour_at FROM mart.station_availability_hourly);

CREATE TABLE mart.city_daily (local_date DATE NOT NULL, arrondissement SMALLINT NOT NULL, hours SMALLINT NOT NULL,
  hours_in_mart SMALLINT NOT NULL, point_count INTEGER NOT NULL, available_s INTEGER NOT NULL, charging_s INTEGER NOT
  NULL, reserved_s INTEGER NOT NULL, out_of_order_s INTEGER NOT NULL, unknown_s INTEGER NOT NULL, not_in_service_s
  INTEGER NOT NULL, unobserved_s INTEGER NOT NULL, occupancy_ratio FLOAT, available_ratio FLOAT, uptime_lower_ratio
  FLOAT, uptime_upper_ratio FLOAT, observed_ratio FLOAT NOT NULL, no_point_free_ratio FLOAT NOT NULL,
  hours_with_weather SMALLINT NOT NULL, weather_providers TEXT, temperature_c FLOAT, precipitation_mm FLOAT,
  is_public_holiday BOOLEAN NOT NULL, is_school_holiday BOOLEAN, PRIMARY KEY (local_date, arrondissement));
COMMENT ON TABLE mart.city_daily IS 'Rows. [contract 255ce97906c0]';
INSERT INTO mart.city_daily (local_date, arrondissement, hours, hours_in_mart, point_count, available_s, charging_s,
  reserved_s, out_of_order_s, unknown_s, not_in_service_s, unobserved_s, occupancy_ratio, available_ratio,
  uptime_lower_ratio, uptime_upper_ratio, observed_ratio, no_point_free_ratio, hours_with_weather, weather_providers,
  temperature_c, precipitation_mm, is_public_holiday, is_school_holiday) VALUES
  ('2025-03-28', 8, 24, 23, 2, 750, 750, 0, 0, 0, 0, 164100, 0.5, 0.5, 1.0, 1.0, 0.008680555555555556, 0.0, 0, NULL,
    NULL, NULL, false, false),
  ('2025-03-29', 8, 24, 24, 2, 750, 750, 0, 0, 0, 0, 171300, 0.5, 0.5, 1.0, 1.0, 0.008680555555555556, 0.0, 3,
    'open_meteo', 12.0, 0.2, false, false);

CREATE VIEW mart.weather_last_known AS
SELECT DISTINCT ON (location, hour_at)
       location, hour_at, provider, available_at, interval_s, temperature_c, precipitation_mm,
       relative_humidity_ratio, wind_speed_kmh, wind_gust_kmh, wind_from_direction_deg, pressure_msl_hpa,
       cloud_cover_ratio, has_snow_risk
FROM clean.weather_forecast
CROSS JOIN LATERAL generate_series(
    valid_at - make_interval(secs => interval_s), valid_at - interval '1 hour', interval '1 hour'
) AS hour_at
ORDER BY location, hour_at, available_at DESC, interval_s, provider;
COMMENT ON VIEW mart.weather_last_known IS 'Rows. [contract 1a5c63461305]';
