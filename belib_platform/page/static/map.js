// The map: arrondissements, the Seine, and a dot per station whose colour and size tell how much is free.
"use strict";

const LEVELS = [
  { name: "nobody_knows", radius: 4, holds: (station) => !network().isKnown(station) },
  { name: "none_free", radius: 4, holds: (station) => network().free(station) === 0 },
  { name: "one", radius: 5.5, holds: (station) => network().free(station) === 1 },
  { name: "two_or_three", radius: 7, holds: (station) => network().free(station) < 4 },
  { name: "four_or_more", radius: 8.5, holds: () => true },
];
// Signs of single charge points, so that no status is told by colour alone.
const SIGNS = { available: "✓", charging: "⚡", reserved: "R", out_of_order: "✕", unknown: "?", not_in_service: "–", unobserved: "?" };
const FAR_ZOOM = 13;
const NUMBERS_ZOOM = 15;
const POINTS_ZOOM = 17;
const PARIS = [[48.812, 2.224], [48.903, 2.47]];
const LEFT_BANK = [5, 6, 7, 13, 15];
const RIGHT_BANK = [1, 4, 8, 12, 16];
const SHARED_M = 40;

const map = {
  start() {
    this.leaflet = L.map("map", { renderer: L.canvas({ padding: 0.5 }), attributionControl: false, minZoom: 10, zoomSnap: 0.25 });
    this.borders = L.layerGroup().addTo(this.leaflet);
    this.dots = L.layerGroup().addTo(this.leaflet);
    this.chosen = L.layerGroup().addTo(this.leaflet);
    this.withTiles(document.getElementById("map").dataset);
    this.leaflet.on("zoomend", () => this.draw());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  },

  // A base layer of a tile server, where one is set.
  withTiles({ tiles, attribution }) {
    if (!tiles) return;
    L.tileLayer(tiles, { maxZoom: 19 }).addTo(this.leaflet);
    L.control.attribution({ prefix: false }).addAttribution(element("span", {}, attribution).innerHTML).addTo(this.leaflet);
  },

  // Fit the map into its place, which has no size while another view is shown.
  fit() {
    this.leaflet.invalidateSize();
    if (!this.isFitted) this.leaflet.fitBounds(PARIS);
    this.isFitted = true;
  },

  show(stations, arrondissement) {
    this.stations = stations.filter((station) => station.latitude !== null);
    if (arrondissement !== this.arrondissement && this.stations.length) {
      this.leaflet.fitBounds(arrondissement ? this.stations.map(({ latitude, longitude }) => [latitude, longitude]) : PARIS, { maxZoom: 15 });
    }
    this.arrondissement = arrondissement;
    this.draw();
  },

  draw() {
    if (!this.stations) return;
    const zoom = this.leaflet.getZoom();
    const isClose = zoom >= POINTS_ZOOM;
    document.getElementById("legend").hidden = isClose;
    document.getElementById("signs").hidden = !isClose;
    const { opened } = this, { id, free } = network(); // an open popup stays while what is drawn is drawn anew
    this.dots.clearLayers();
    this.drawBorders();
    for (const station of [...this.stations].sort((a, b) => free(a) - free(b))) {
      const marker = isClose ? points(station) : dot(station, zoom);
      marker.bindPopup(() => card(station), { autoPan: id(station) !== opened }).addTo(this.dots);
      marker.on("popupopen", () => (this.opened = id(station))).on("popupclose", () => (this.opened = null));
      if (id(station) === opened) marker.openPopup();
    }
  },

  drawBorders() {
    this.borders.clearLayers();
    if (!this.areas) return;
    const isOverTiles = Boolean(document.getElementById("map").dataset.tiles);
    const style = { color: colour("--line"), weight: 1, fillColor: colour("--land"), fillOpacity: isOverTiles ? 0 : 1, interactive: false };
    L.geoJSON(this.areas, { style }).addTo(this.borders);
    this.seine = this.seine || seine(this.areas);
    L.polyline(this.seine, { color: colour("--seine"), weight: 6, interactive: false }).addTo(this.borders);
  },

  goTo({ latitude, longitude }) {
    this.chosen.clearLayers();
    const ring = { radius: 14, weight: 3, color: colour("--ink"), fill: false, interactive: false };
    L.circleMarker([latitude, longitude], ring).addTo(this.chosen);
    this.leaflet.setView([latitude, longitude], NUMBERS_ZOOM);
  },
};

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function dot(station, zoom) {
  const hasNumber = zoom >= NUMBERS_ZOOM;
  const level = LEVELS.find(({ holds }) => holds(station));
  const drawn = L.circleMarker([station.latitude, station.longitude], {
    radius: level.radius * (zoom < FAR_ZOOM ? 0.7 : 1) + (hasNumber ? 4 : 0),
    weight: 1.5,
    color: colour("--surface"),
    fillColor: colour(`--${level.name}`),
    fillOpacity: 1,
  });
  const number = level.name === "nobody_knows" ? "?" : network().number(station);
  return hasNumber ? drawn.bindTooltip(number, { permanent: true, direction: "center", className: `count ${level.name}` }) : drawn;
}

// What a station has, by signs.
function points(station) {
  const signs = network().signs(station).map(([name, sign]) => element("span", { className: `point ${name}` }, sign));
  const title = network().inShort(station);
  return L.marker([station.latitude, station.longitude], { title, icon: L.divIcon({ className: "points", html: element("div", {}, ...signs), iconSize: null }) });
}

// The borders of arrondissements run in the middle of the Seine: where two banks meet.
function seine(areas) {
  const rings = (numbers) => areas.features
    .filter(({ properties }) => numbers.includes(properties.arrondissement))
    .flatMap(({ geometry }) => (geometry.type === "Polygon" ? geometry.coordinates : geometry.coordinates.flat()))
    .map((ring) => ring.map(([longitude, latitude]) => L.CRS.EPSG3857.project(L.latLng(latitude, longitude))));
  const left = rings(LEFT_BANK);
  const isShared = (corner) => left.some((ring) => ring.some((end, n) =>
    n > 0 && L.LineUtil.pointToSegmentDistance(corner, ring[n - 1], end) < SHARED_M));
  return rings(RIGHT_BANK).flatMap((ring) => ring.slice(1).map((end, n) => [ring[n], end]))
    .filter((ends) => ends.every(isShared))
    .map((ends) => ends.map((corner) => L.CRS.EPSG3857.unproject(corner)));
}

// What a station offers, as an element.
function card(station) {
  return element("div", {},
    element("strong", {}, network().title(station)),
    element("p", {}, network().inShort(station)),
    element("p", {}, network().details(station).join(" · ")));
}
