// The five nearest stations with what is looked for, around a place or where the reader is.
"use strict";

const RADIUS_M = 3000;
const NEAREST = 5;

const nearest = {
  start() {
    this.write = bind("place", "place");
    document.getElementById("near-me").addEventListener("click", () => this.nearMe());
    document.getElementById("place").addEventListener("change", () => this.showAt(null));
  },

  // `stations` are those among which somebody looks.
  show(stations) {
    const { id, free: freeOf } = network();
    this.write();
    write("near-title", words("nearest", { thing: network().thing() }));
    this.stations = stations;
    const place = this.position || places.chosen();
    if (!place) return this.say(words(place === undefined ? "unknown_place" : "nearest_asks"));
    const key = `${place.latitude},${place.longitude}`;
    if (key !== this.shown) map.goTo(place);
    this.shown = key;
    const free = stations
      .filter((station) => freeOf(station) > 0 && station.latitude !== null)
      .map((station) => ({ ...station, distance_m: metresBetween(place, station) }))
      .filter((station) => station.distance_m <= RADIUS_M)
      .sort((a, b) => a.distance_m - b.distance_m || (id(a) < id(b) ? -1 : 1));
    if (!free.length) return this.say(words("nothing_near", { thing: network().thing() }));
    const list = document.getElementById("nearest");
    const focused = [...list.children].findIndex((item) => item.contains(document.activeElement));
    list.replaceChildren(...free.slice(0, NEAREST).map((station) => this.row(station)));
    list.children[focused]?.querySelector("button").focus();
  },

  row(station) {
    const far = element("span", { className: "distance" }, distance(station.distance_m));
    const button = element("button", { type: "button" }, card(station), far);
    button.addEventListener("click", () => map.goTo(station));
    return element("li", {}, button);
  },

  nearMe() {
    const failed = () => this.say(words("no_position"));
    if (!navigator.geolocation) return failed();
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      state.set("place", "");
      this.showAt(coords);
    }, failed);
  },

  // Around where the reader is, which the address does not tell, or with null around the place in the address.
  showAt(position) {
    this.position = position;
    if (this.stations) this.show(this.stations);
  },

  say(sentence) {
    document.getElementById("nearest").replaceChildren(element("li", { className: "hint" }, sentence));
  },
};
