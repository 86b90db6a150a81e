// What is free now: figures, map, the nearest, and the weather.
"use strict";

const OLD_S = 3600;
const DRY_MM = 0.1;
const NEXT_HOURS = 6;

VIEWS.now = {
  start() {
    map.start();
    nearest.start();
    [this.power, this.arrondissement, this.status] = [bind("power", "power"), bind("arrondissement", "in"), bind("status", "status")];
  },

  show() {
    map.fit();
    const [power, arrondissement, status] = [this.power(), this.arrondissement(), this.status()];
    return [this.showTotals(power, arrondissement), this.showStations(power, Number(arrondissement), status), this.showWeather()];
  },

  async showTotals(power, arrondissement) {
    const totals = await ask("totals", { power_min: power, arrondissement });
    showLicences(totals);
    const unknown = totals.unknown_count + totals.unobserved_count;
    const counts = { available: totals.available_count, charging: totals.charging_count, out_of_order: totals.out_of_order_count, unknown };
    for (const [name, count] of Object.entries(counts)) write(name, COUNT.format(count));
    document.getElementById("figures").hidden = false;
    const age_s = ageOf(totals);
    const of = words("of_points", { points: COUNT.format(totals.point_count), stations: COUNT.format(totals.station_count) });
    const at = words("read_at", { time: DAY_AND_CLOCK.format(new Date(totals.newest_response_at)), age: age(age_s) });
    const old = age_s > OLD_S ? ` ${words("old", { age: age(age_s) })}` : "";
    write("reading", `${of}. ${at}.${old}`);
  },

  async showStations(power, arrondissement, status) {
    const { items } = await askAll("stations", { power_min: power });
    if (power) await places.ready(); // somebody may look around a station that has less power
    else places.offer(items);
    map.areas = map.areas || await ask("arrondissements").catch(() => null);
    const holds = HAS_STATUS[status] || (() => true);
    map.show(items.filter((station) => (!arrondissement || station.arrondissement === arrondissement) && holds(station)), arrondissement);
    nearest.show(items);
  },

  async showWeather() {
    const { items } = await ask("weather", { hours: NEXT_HOURS });
    const [next] = items;
    write("temperature", next ? degrees(next) : NOBODY_KNOWS);
    write("rain", rainInWords(items));
    fill("forecast", items.map((step) => row(clockOf(step, step.interval_s), degrees(step), millimetres(step))), words("no_weather"));
  },
};

// Whether a station has a charge point of a status.
const HAS_STATUS = {
  available: (station) => station.available_count > 0,
  charging: (station) => station.charging_count > 0,
  out_of_order: (station) => station.out_of_order_count > 0,
  unknown: (station) => station.unknown_count + station.unobserved_count > 0,
};

// When a step of the forecast ends, or so many seconds earlier.
function clockOf(step, seconds = 0) {
  return CLOCK.format(new Date(new Date(step.valid_at) - seconds * 1000));
}

// When rain is forecast.
function rainInWords(items) {
  const [next] = items;
  const rainy = items.find((step) => step.precipitation_mm >= DRY_MM);
  if (!next) return words("no_weather");
  if (rainy === next) return words("rain_now");
  return rainy
    ? words("rain_at", { time: clockOf(rainy, rainy.interval_s) })
    : words("dry_until", { time: clockOf(items[items.length - 1]) });
}

function degrees({ temperature_c }) {
  return temperature_c === null ? NOBODY_KNOWS : words("degrees", { n: COUNT.format(Math.round(temperature_c)) });
}

function millimetres({ precipitation_mm }) {
  return precipitation_mm === null ? NOBODY_KNOWS : words("millimetres", { n: COUNT.format(Math.round(10 * precipitation_mm) / 10) });
}
