// What is free now: figures, map, the nearest, and the weather.
"use strict";

const DRY_MM = 0.1;
const NEXT_HOURS = 6;

VIEWS.now = {
  start() {
    map.start();
    nearest.start();
    [this.power, this.arrondissement, this.status] = [bind("power", "power"), bind("arrondissement", "in"), bind("status", "status")];
    [this.what, this.state] = [bind("what", "what"), bind("bike-state", "state")];
  },

  show() {
    map.fit();
    const arrondissement = Number(this.arrondissement());
    this.what("bike");
    const [shown, holds] = isOfBikes() ? [bikesNow, HAS_STATE[this.state()]] : [pointsNow, HAS_STATUS[this.status()]];
    const isWanted = holds || (() => true);
    const [figures, stations] = shown(this.power(), arrondissement, isWanted);
    return [figures, this.showStations(stations, arrondissement, isWanted), this.showWeather()];
  },

  // `asked` are all stations among which somebody looks.
  async showStations(asked, arrondissement, holds) {
    const items = await asked;
    await places.ready();
    map.areas = map.areas || await ask("arrondissements").catch(() => null);
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

// Figures and stations of the charge points of a power.
function pointsNow(power, arrondissement) {
  const stations = askAll("stations", { power_min: power }).then(({ items }) => {
    if (!power) places.offer(items); // somebody may look around a station that has less power
    return items;
  });
  return [showTotals(power, arrondissement || ""), stations];
}

async function showTotals(power, arrondissement) {
  const totals = await ask("totals", { power_min: power, arrondissement });
  const unknown = totals.unknown_count + totals.unobserved_count;
  const counts = { available: totals.available_count, charging: totals.charging_count, out_of_order: totals.out_of_order_count, unknown };
  showFigures(totals, counts, { points: totals.point_count, stations: totals.station_count });
}

// Write the figures and, in the head of the page, what they are of and when it was read.
function showFigures(told, counts, of) {
  showLicences(told);
  for (const [name, count] of Object.entries(counts)) write(name, count === null ? NOBODY_KNOWS : COUNT.format(count));
  document.getElementById("figures").hidden = false;
  const all = Object.fromEntries(Object.entries(of).map(([name, count]) => [name, COUNT.format(count)]));
  showReading(told, ofNetwork("of_points", all));
}

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
