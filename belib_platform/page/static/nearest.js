// The five nearest stations with a free point, around a place of ours or where the reader is.
"use strict";

const RADIUS_M = 3000;

const nearest = {
  start() {
    const field = document.getElementById("place");
    field.addEventListener("change", () => state.set("place", field.value.trim()));
    document.getElementById("places").addEventListener("submit", (event) => event.preventDefault());
    document.getElementById("near-me").addEventListener("click", () => this.nearMe());
  },

  // Offer stations and addresses; called with every new reading.
  offer(stations) {
    this.places = new Map();
    for (const station of stations) {
      if (station.latitude === null) continue;
      for (const name of [station.address, station.station_name]) {
        if (name) this.places.set(name, [station.latitude, station.longitude]);
      }
    }
    const options = [...this.places.keys()].sort().map((name) => new Option("", name));
    document.getElementById("known-places").replaceChildren(...options);
  },

  async show(power) {
    const name = state.get("place");
    document.getElementById("place").value = name;
    const place = this.position || this.places.get(name) || this.like(name);
    if (!place) return this.say(words(name ? "unknown_place" : "nearest_asks"));
    const key = place.join();
    if (key !== this.shown) map.goTo(place);
    this.shown = key;
    const found = await ask("stations", { near: key, radius: RADIUS_M, free_min: 1, limit: 5, power_min: power });
    if (!found.items.length) return this.say(words("nothing_near"));
    document.getElementById("nearest").replaceChildren(...found.items.map((station) => this.row(station)));
  },

  // The first place whose name contains what was typed.
  like(name) {
    const typed = name.toLowerCase();
    const found = typed && [...this.places.keys()].find((known) => known.toLowerCase().includes(typed));
    return found && this.places.get(found);
  },

  row(station) {
    const item = document.createElement("li");
    const link = document.createElement("button");
    link.type = "button";
    link.append(card(station));
    const far = document.createElement("span");
    far.className = "distance";
    far.textContent = distance(station.distance_m);
    link.append(far);
    link.addEventListener("click", () => map.goTo([station.latitude, station.longitude]));
    item.append(link);
    return item;
  },

  nearMe() {
    const failed = () => this.say(words("no_position"));
    if (!navigator.geolocation) return failed();
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      this.position = [coords.latitude.toFixed(5), coords.longitude.toFixed(5)];
      this.show(state.get("power"));
    }, failed);
  },

  say(sentence) {
    const item = document.createElement("li");
    item.className = "hint";
    item.textContent = sentence;
    document.getElementById("nearest").replaceChildren(item);
  },
};
