// Vélib' now: bikes and free docks of all stations, and of each arrondissement and commune.
"use strict";

const STATIONS_LISTED = 50;

// Whether a bike station is in a state that can be chosen; an empty one or a full one is open, too.
const HAS_STATE = {
  open: (station) => station.state === "open",
  empty: (station) => station.state === "open" && station.bikes === 0,
  full: (station) => station.state === "open" && station.docks === 0,
  closed: (station) => station.state === "closed",
  not_reporting: (station) => station.state === "not_reporting",
  unobserved: (station) => station.state === "unobserved",
};

// Figures and stations of bikes; stations that are wanted are listed.
function bikesNow(_, arrondissement, isWanted) {
  const asked = askAll("bike-stations");
  return [showBikes(asked, arrondissement, isWanted), asked.then(({ items }) => {
    places.offer(items, NETWORKS.velib);
    return items;
  })];
}

async function showBikes(asked, arrondissement, isWanted) {
  const told = await asked;
  const here = told.items.filter((station) => !arrondissement || station.arrondissement === arrondissement);
  const sums = sumsOfBikes(here);
  const isKnown = here.some(({ state: name }) => name !== "unobserved");
  const figures = isKnown ? sums : { bikes: null, ebikes: null, docks: null };
  showFigures(told, { bikes: figures.bikes, ebikes: figures.ebikes, docks: figures.docks, not_open: sums.stations - sums.open }, { points: sums.open, stations: sums.stations });
  fill("bike-areas", [...Map.groupBy(here, areaOfBikes)].map(([name, stations]) => ({ name, ...sumsOfBikes(stations) }))
    .sort(byArea)
    .map(areaRow), words("no_bike_station"));
  const chosen = here.filter(isWanted);
  write("bike-list-says", words("bike_list_of", { shown: COUNT.format(Math.min(chosen.length, STATIONS_LISTED)), all: COUNT.format(chosen.length) }));
  fill("bike-list", chosen.sort((a, b) => NETWORKS.velib.title(a).localeCompare(NETWORKS.velib.title(b), LOCALE)).slice(0, STATIONS_LISTED).map(bikeRow), words("no_bike_station"));
}

// What these stations have together: bikes where they can be taken, docks where a bike can be returned.
function sumsOfBikes(stations) {
  const sum = (what) => stations.reduce((total, station) => total + freeAt(station, what), 0);
  const count = (name) => stations.filter(HAS_STATE[name]).length;
  return {
    bikes: sum("bike"), ebikes: sum("ebike"), docks: sum("dock"), stations: stations.length,
    open: count("open"), empty: count("empty"), full: count("full"), not_reporting: count("not_reporting"), closed: count("closed"),
  };
}

// The arrondissements first, then other communes, by name.
function byArea(a, b) {
  const isParis = ({ name }) => /^Paris \d/.test(name);
  return isParis(b) - isParis(a) || a.name.localeCompare(b.name, LOCALE, { numeric: true });
}

function areaRow(area) {
  const open = words("part_of", { part: COUNT.format(area.open), all: COUNT.format(area.stations) });
  return row(area.name, ...[area.bikes, area.ebikes, area.docks].map((n) => COUNT.format(n)), open, COUNT.format(area.empty), COUNT.format(area.full));
}

function bikeRow(station) {
  const counts = NETWORKS.velib.isKnown(station) ? [station.bikes, station.ebike, station.docks].map((n) => COUNT.format(n)) : Array(3).fill(NOBODY_KNOWS);
  return row(NETWORKS.velib.title(station), element("td", { className: "text" }, stateInWords(station)), ...counts);
}
