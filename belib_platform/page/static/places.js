// Places by name: stations, their addresses, and arrondissements.
"use strict";

const places = {
  known: new Map(),
  offered: new Set(), // networks whose stations are known

  // The place in the address: null if nothing is chosen, undefined if nothing has that name.
  chosen() {
    const name = state.get("place");
    return name ? this.find(name) : null;
  },

  find(name) {
    const typed = plain(name).trim();
    return this.known.get(name) || [...this.known].find(([known]) => typed && plain(known).includes(typed))?.[1];
  },

  // Offer all stations of a network in the fields where a place can be typed.
  offer(stations, of = network()) {
    const located = stations.filter((station) => station.latitude !== null);
    for (const [name, place] of ARRONDISSEMENTS.flatMap((n) => middle(n, located))) if (!this.known.has(name)) this.known.set(name, place);
    this.offered.add(of);
    for (const station of located) {
      for (const name of [station.address, station.station_name]) {
        if (name) this.known.set(name, { latitude: station.latitude, longitude: station.longitude });
      }
    }
    document.getElementById("known-places").replaceChildren(...[...this.known.keys()].map((name) => new Option("", name)));
  },

  // Ask for the stations of the network, where another view has not done so; a place that is none of them may be one of the
  // other network.
  async ready() {
    for (const one of [network(), otherNetwork()]) {
      if (!one || (one !== network() && this.chosen() !== undefined)) return;
      if (!this.offered.has(one)) this.offer((await askAll(one.stations)).items, one);
    }
  },
};

const ARRONDISSEMENTS = [...Array(20).keys()].map((n) => n + 1);
const EARTH_M = 6371009;
const NEAR_M = 300;

// The name of an arrondissement, and the middle of its stations.
function middle(n, located) {
  const own = located.filter((station) => station.arrondissement === n);
  if (!own.length) return [];
  const mean = (name) => own.reduce((sum, station) => sum + station[name], 0) / own.length;
  const place = { latitude: mean("latitude"), longitude: mean("longitude"), arrondissement: n };
  return [[words("nth_arrondissement", { nth: arrondissementName(n) }), place]];
}

// Parameters of the API for a place: its arrondissement where that is what it is, else what is near.
function around({ arrondissement, latitude, longitude }) {
  return arrondissement ? { arrondissement } : { near: `${latitude},${longitude}`, radius: NEAR_M };
}

// In lower case and without accents.
function plain(name) {
  return name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

// Metres between two places, by the haversine formula, as the API has it.
function metresBetween(a, b) {
  const radians = (degrees) => (degrees * Math.PI) / 180;
  const half = (from, to) => Math.sin(radians(to - from) / 2) ** 2;
  const across = Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * half(a.longitude, b.longitude);
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(half(a.latitude, b.latitude) + across)));
}
