// What works and what does not at Vélib': stations that are not open now, and those that are often empty, full or silent.
"use strict";

const RANKS = ["empty", "full", "closed", "not_reporting", "unobserved"];

const bikeReliability = {
  start() {
    [this.arrondissement, this.rank] = [bind("bikes-worst-arrondissement", "in"), bind("bikes-rank", "rank")];
  },

  show(days) {
    return [this.showNow(), this.showStations(this.arrondissement(), this.rank("empty")), this.showAreas(days)];
  },

  async showNow() {
    const told = await askAll("bike-stations");
    showLicences(told);
    showReading(told, words("network_velib"));
    const others = told.items.filter(({ state: name }) => name !== "open");
    const counts = Object.fromEntries(["closed", "not_reporting", "unobserved"].map((name) =>
      [name, COUNT.format(others.filter((station) => station.state === name).length)]));
    write("reliability-says", words("bikes_silent_says", { ...counts, all: COUNT.format(told.items.length) }));
    write("reliability-of", "");
    fill("bikes-silent", others.map(silentRow), words("bikes_all_open"));
  },

  async showStations(arrondissement, rank) {
    if (!arrondissement) return fill("bikes-worst", [], words("bikes_worst_ask"));
    const [{ items }, known] = await Promise.all([bikeHours(arrondissement), ask("bike-stations", { arrondissement, limit: 1000 })]);
    const names = new Map(known.items.map((station) => [station.station_code, NETWORKS.velib.title(station)]));
    const stations = [...Map.groupBy(items, (item) => item.station_code)].map(([code, rows]) => ({ name: names.get(code) || code, ...sharesOf(rows) }));
    stations.sort((a, b) => (b[rank] ?? -1) - (a[rank] ?? -1) || a.name.localeCompare(b.name, LOCALE));
    fill("bikes-worst", stations.slice(0, ROWS_SHOWN).map((one) => shareRow(one.name, one, rank)), words("no_bike_hours"));
  },

  async showAreas(days) {
    const { items } = await bikeDates(days);
    fill("bikes-times", areasOfBikes(items).map(({ name, sums }) =>
      row(name, barCell(sums.open, percent(sums.open, EXACT_PER_CENT)),
        ...RANKS.slice(2).map((share) => percent(sums[share], EXACT_PER_CENT)), COUNT.format(sums.stations), COUNT.format(sums.n))), words("no_statistics"));
  },
};

// Shares of the hours of a station: empty and full of its open time, the others of all.
function sharesOf(rows) {
  const [open, all] = [sumOf(rows, "open_s"), rows.length * HOUR_S];
  const ofOpen = (name) => (open ? sumOf(rows, name) / open : null);
  return {
    empty: ofOpen("no_bike_s"), full: ofOpen("no_dock_s"), closed: sumOf(rows, "closed_s") / all,
    not_reporting: sumOf(rows, "not_reporting_s") / all, unobserved: sumOf(rows, "unobserved_s") / all, n: rows.length,
  };
}

// The share by which stations are ranked has a bar.
function shareRow(name, shares, rank) {
  const text = (share) => percent(shares[share], EXACT_PER_CENT);
  return row(name, ...RANKS.map((share) => (share === rank ? barCell(shares[share], text(share)) : text(share))), COUNT.format(shares.n));
}

function silentRow(station) {
  const time = station.since_at && DAY_AND_CLOCK.format(new Date(station.since_at));
  const since = !time ? NOBODY_KNOWS : station.is_since_exact ? time : words("at_least_since", { time });
  const text = (content) => element("td", { className: "text" }, content);
  return row(NETWORKS.velib.title(station), text(stateInWords(station)), text(areaOfBikes(station)), since);
}
