// How Vélib' goes: bikes taken and returned by date and by hour, with the weather, and empty and full stations by area.
"use strict";

const HOURS_BACK = 48;
const MEAN = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 });
const CODE_OF_PARIS = 75100; // to which the number of an arrondissement is added

const communes = new Map(); // names by INSEE code

const bikeTrends = {
  show(arrondissement, days) {
    const dates = bikeDates(days);
    return [this.showDates(dates, arrondissement), this.showHours(arrondissement), this.showLacking(dates)];
  },

  async showDates(asked, arrondissement) {
    const told = await asked;
    showLicences(told);
    showReading(told, words("network_velib"));
    const items = arrondissement ? told.items.filter(({ area }) => area === String(CODE_OF_PARIS + Number(arrondissement))) : told.items;
    const found = Map.groupBy(items, ({ local_date: date }) => date);
    const all = told.dates.map((date) => ({ date, at: Date.parse(date), ...dateOfBikes(found.get(date) || []) }));
    const known = all.filter(({ bikes }) => bikes !== null);
    const dates = all.slice(all.indexOf(known[0])); // before the first one there was no history
    fill("bike-dates", [...dates].reverse().map(dateRowOfBikes));
    const newest = known[known.length - 1];
    write("trends-says", newest
      ? words("bike_trends_says", {
        date: inSentence(day(newest.date)), taken: COUNT.format(newest.taken), returned: COUNT.format(newest.returned),
        mean: MEAN.format(newest.bikes), observed: percent(newest.observed),
      })
      : words("bike_trends_none"));
    await VIEWS.trends.drawOver(known.length ? dates : [], TAKEN_CURVES);
  },

  async showHours(arrondissement) {
    if (!arrondissement) return fill("bike-hours", [], words("bike_hours_ask"));
    const { items } = await bikeHours(arrondissement);
    const hours = [...Map.groupBy(items, (item) => item.hour_at)].map(([at, rows]) => ({ at: Date.parse(at), ...hourOfBikes(rows) }));
    fill("bike-hours", hours.filter(({ bikes }) => bikes !== null).sort((a, b) => b.at - a.at).map(hourRowOfBikes), words("no_bike_hours"));
  },

  async showLacking(asked) {
    const { items } = await asked;
    fill("lacking", areasOfBikes(items).map(({ name, sums }) => row(name,
      barCell(sums.empty, percent(sums.empty, EXACT_PER_CENT)), barCell(sums.full, percent(sums.full, EXACT_PER_CENT)),
      percent(sums.observed), COUNT.format(sums.stations), COUNT.format(sums.n))), words("no_statistics"));
  },
};

// All rows of the so many dates until today, and these dates.
async function bikeDates(days) {
  const { as_of } = await ask("bike-stations", { limit: 1 });
  await knowCommunes();
  const from = dateInParis(Date.parse(as_of) - days * DAY_MS);
  const dates = [];
  for (let at = Date.parse(from); at <= Date.parse(dateInParis(Date.parse(as_of))); at += DAY_MS) dates.push(new Date(at).toISOString().slice(0, 10));
  return { ...await ask("bikes/daily", { from }), dates };
}

// Ask for the names of communes, where that was not done before.
async function knowCommunes() {
  if (communes.size) return;
  const { items } = await askAll("bike-stations");
  for (const { insee_code, commune } of items) if (commune) communes.set(insee_code, commune);
}

// The hours of the stations of an arrondissement before the newest reading.
async function bikeHours(arrondissement) {
  const { newest_response_at: newest } = await ask("bike-stations", { limit: 1 });
  const from = new Date(Date.parse(newest) - HOURS_BACK * HOUR_MS).toISOString();
  return ask("bikes/hourly", { arrondissement, from });
}

function sumOf(rows, name) {
  return rows.reduce((total, one) => total + one[name], 0);
}

// The mean of a column, weighted by open time; null where nothing was open.
function meanOf(rows, name) {
  const open = sumOf(rows, "open_s");
  return open ? rows.reduce((total, one) => total + (one[name] || 0) * one.open_s, 0) / open : null;
}

// What several areas have together on a date; null where nobody knows.
function dateOfBikes(rows) {
  const [observed, all] = [(one) => one.observed_ratio * one.station_count * one.hours, (one) => one.station_count * one.hours]
    .map((weight) => rows.reduce((total, one) => total + weight(one), 0));
  const open = sumOf(rows, "open_s");
  const known = (value) => (open ? value : null);
  const [weather] = [...rows].sort((a, b) => b.hours_with_weather - a.hours_with_weather); // alike in all areas
  return {
    bikes: meanOf(rows, "bike_mean"), docks: meanOf(rows, "dock_mean"),
    taken: known(sumOf(rows, "out_lower")), returned: known(sumOf(rows, "in_lower")),
    carried: known(sumOf(rows, "rebalanced_out") + sumOf(rows, "rebalanced_in")),
    empty: known(sumOf(rows, "no_bike_s") / open), full: known(sumOf(rows, "no_dock_s") / open),
    observed: all ? observed / all : 0,
    temperature_c: weather?.temperature_c ?? null, precipitation_mm: weather?.precipitation_mm ?? null,
  };
}

// What several stations have together in an hour.
function hourOfBikes(rows) {
  const isOpen = rows.some(({ open_s }) => open_s > 0);
  const [{ temperature_c, precipitation_mmh }] = rows;
  return {
    bikes: meanOf(rows, "bike_mean"), docks: meanOf(rows, "dock_mean"), stations: rows.filter(({ open_s }) => open_s > 0).length,
    taken: isOpen ? sumOf(rows, "out_lower") : null, returned: isOpen ? sumOf(rows, "in_lower") : null,
    temperature_c, precipitation_mm: precipitation_mmh,
  };
}

// The areas of rows by date, in order, each with what it has over all of them.
function areasOfBikes(items) {
  return [...Map.groupBy(items, ({ area }) => area)]
    .map(([area, rows]) => ({ area, name: areaName(area), sums: { ...dateOfBikes(rows), ...timesOf(rows), stations: Math.max(...rows.map((one) => one.station_count)), n: rows.length } }))
    .sort(byArea);
}

// Shares of the time of all stations, of which some was not observed.
function timesOf(rows) {
  const all = rows.reduce((total, one) => total + one.station_count * one.hours * HOUR_S, 0);
  const [open, closed, notReporting] = ["open_s", "closed_s", "not_reporting_s"].map((name) => sumOf(rows, name) / all);
  return { open, closed, not_reporting: notReporting, unobserved: 1 - open - closed - notReporting };
}

// An arrondissement by its number, or another commune by its INSEE code.
function areaName(code) {
  if (code === "unknown") return words("bikes_unknown_area");
  const n = Number(code) - CODE_OF_PARIS;
  return n >= 1 && n <= 20 ? words("paris_nth", { nth: arrondissementName(n) }) : communes.get(code) || code;
}

function countOf(n) {
  return n === null ? NOBODY_KNOWS : COUNT.format(n);
}

function mean(n) {
  return n === null ? NOBODY_KNOWS : MEAN.format(n);
}

function dateRowOfBikes(one) {
  return row(day(one.date), mean(one.bikes), mean(one.docks), countOf(one.taken), countOf(one.returned), countOf(one.carried),
    percent(one.empty), percent(one.full), degrees(one), millimetres(one), percent(one.observed));
}

function hourRowOfBikes(one) {
  return row(DAY_AND_CLOCK.format(one.at), mean(one.bikes), mean(one.docks), countOf(one.taken), countOf(one.returned),
    degrees(one), millimetres(one), COUNT.format(one.stations));
}

function meanTitle({ bike_mean, n }) {
  return words("mean_title", { mean: mean(bike_mean), n: COUNT.format(n) });
}
