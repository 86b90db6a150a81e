// The two networks that the page tells of: what is asked about each, and how its stations are told.
"use strict";

const PRESENT = document.documentElement.dataset.networks.split(" "); // those with data
const FIRST_READING = document.getElementById("reading").textContent; // of the first of them

const NETWORKS = {
  belib: {
    name: "belib",
    prefix: "",
    stations: "stations",
    bestTimes: "best-times",
    rhythms: "rhythms",
    wanted: () => ({}),
    thing: () => words("thing_point"),
    id: (station) => station.station_id,
    title: (station) => station.address || station.station_name || station.station_id,
    free: (station) => station.available_count,
    isKnown: (station) => station.unobserved_count !== station.point_count,
    number: (station) => String(station.available_count),
    inShort: (station) => words("free_of", { free: station.available_count, points: station.point_count }),
    details: pointsInWords,
    signs: (station) => Object.entries(SIGNS).flatMap(([name, sign]) => Array(station[`${name}_count`]).fill([name, sign])),
  },
  velib: {
    name: "velib",
    prefix: "bike_",
    stations: "bike-stations",
    bestTimes: "bikes/best-times",
    rhythms: "bikes/rhythms",
    wanted: () => ({ what: wantedOfBikes() }),
    thing: () => words(`thing_${wantedOfBikes()}`),
    id: (station) => station.station_code,
    title: (station) => station.station_name || station.station_code,
    free: (station) => freeAt(station, wantedOfBikes()),
    isKnown: (station) => !["not_reporting", "unobserved"].includes(station.state),
    number: (station) => (station.state === "open" ? COUNT.format(freeAt(station, wantedOfBikes())) : BIKE_SIGNS[station.state]),
    inShort: stateInWords,
    details: bikesInWords,
    signs: (station) => (station.state === "open"
      ? Object.entries(BIKE_KINDS).map(([name, { sign, count }]) => [`wide ${name}`, `${sign} ${COUNT.format(station[count])}`])
      : [[station.state, BIKE_SIGNS[station.state]]]),
  },
};

// What somebody may want at a bike station: what it has, and whether the station gives it. A station that rents and takes
// no bikes back is closed, and has bikes nevertheless.
const WANTED = {
  bike: (station) => station.is_renting && station.bikes,
  ebike: (station) => station.is_renting && station.ebike,
  dock: (station) => station.is_returning && station.docks,
};
// States of a bike station by signs, so that none is told by colour alone.
const BIKE_SIGNS = { open: "✓", empty: "0", full: "P", closed: "✕", not_reporting: "…", unobserved: "?" };
const BIKE_KINDS = { mechanical: { sign: "⚙", count: "mechanical" }, ebike: { sign: "⚡", count: "ebike" }, dock: { sign: "P", count: "docks" } };

// The network in the address, else the first that there are data of.
function network() {
  const name = state.get("network");
  return NETWORKS[PRESENT.includes(name) ? name : PRESENT[0]];
}

function isOfBikes() {
  return network() === NETWORKS.velib;
}

// The words of the network that is shown.
function ofNetwork(name, values) {
  return words(network().prefix + name, values);
}

// The network that is not shown, if there are data of it.
function otherNetwork() {
  return PRESENT.map((name) => NETWORKS[name]).find((one) => one !== network());
}

// Write what differs between the networks, and links that lead to them.
function turnToNetwork() {
  const { name } = network();
  for (const link of document.querySelectorAll("[data-network-link]")) {
    const own = link.dataset.networkLink;
    link.setAttribute("href", `#${state.with("network", own === PRESENT[0] ? "" : own)}`);
    if (own === name) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  for (const place of document.querySelectorAll("[data-word]")) {
    const text = ofNetwork(place.dataset.word);
    if (place.textContent !== text) place.textContent = text;
  }
  if (document.documentElement.dataset.network === name) return;
  document.documentElement.dataset.network = name;
  document.title = ofNetwork("title");
  write("reading", name === PRESENT[0] ? FIRST_READING : "");
}

function wantedOfBikes() {
  const what = state.get("what");
  return Object.hasOwn(WANTED, what) ? what : "bike";
}

function freeAt(station, what) {
  return (station.is_installed && station.is_reporting && WANTED[what](station)) || 0;
}

// The state of a bike station; one that is open may be empty or full.
function stateOfBikes(station) {
  if (station.state !== "open") return station.state;
  if (station.bikes === 0) return "empty";
  return station.docks === 0 ? "full" : "open";
}

function stateInWords(station) {
  const name = stateOfBikes(station);
  return `${BIKE_SIGNS[name]} ${words(`bikes_${name}`)}`;
}

function bikesInWords(station) {
  if (!NETWORKS.velib.isKnown(station)) return [];
  return Object.entries(BIKE_KINDS).map(([name, { count }]) => words(`count_${name}`, { n: COUNT.format(station[count]) }));
}

function pointsInWords(station) {
  const others = ["charging", "reserved", "out_of_order", "not_in_service"]
    .map((name) => [station[`${name}_count`], name])
    .concat([[station.unknown_count + station.unobserved_count, "unknown"]])
    .filter(([count]) => count > 0)
    .map(([count, name]) => `${count} ${words(name)}`);
  return [...others, station.max_power_kw ? words("kilowatts", { n: COUNT.format(station.max_power_kw) }) : ""].filter(Boolean);
}

// The name of an area of bikes: an arrondissement, or another commune.
function areaOfBikes({ arrondissement, commune }) {
  return arrondissement ? words("paris_nth", { nth: arrondissementName(arrondissement) }) : commune || words("bikes_unknown_area");
}
