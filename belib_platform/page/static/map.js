// The map: arrondissements, and a dot per station whose colour and size tell how many points are free.
"use strict";

const LEVELS = [
  { name: "nobody_knows", radius: 4, holds: (station) => station.unobserved_count === station.point_count },
  { name: "none_free", radius: 4, holds: (station) => station.available_count === 0 },
  { name: "one", radius: 5.5, holds: (station) => station.available_count === 1 },
  { name: "two_or_three", radius: 7, holds: (station) => station.available_count < 4 },
  { name: "four_or_more", radius: 8.5, holds: () => true },
];
const CLOSE_ZOOM = 15;
const PARIS = [[48.812, 2.224], [48.903, 2.47]];

const map = {
  start() {
    this.leaflet = L.map("map", { renderer: L.canvas({ padding: 0.5 }), attributionControl: false, minZoom: 10 });
    this.borders = L.layerGroup().addTo(this.leaflet);
    this.dots = L.layerGroup().addTo(this.leaflet);
    this.chosen = L.layerGroup().addTo(this.leaflet);
    this.leaflet.on("zoomend", () => this.draw());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  },

  // Fit the map into its place, which has no size while another view is shown.
  fit() {
    this.leaflet.invalidateSize();
    if (!this.isFitted) this.leaflet.fitBounds(PARIS);
    this.isFitted = true;
  },

  show(stations) {
    this.stations = stations.filter((station) => station.latitude !== null);
    this.draw();
  },

  draw() {
    if (!this.stations) return;
    const isClose = this.leaflet.getZoom() >= CLOSE_ZOOM;
    this.dots.clearLayers();
    this.drawBorders();
    for (const station of [...this.stations].sort((a, b) => a.available_count - b.available_count)) {
      const level = LEVELS.find(({ holds }) => holds(station));
      const dot = L.circleMarker([station.latitude, station.longitude], {
        radius: level.radius + (isClose ? 4 : 0),
        weight: 1.5,
        color: colour("--surface"),
        fillColor: colour(`--${level.name}`),
        fillOpacity: 1,
      });
      dot.bindPopup(() => card(station));
      if (isClose) dot.bindTooltip(String(station.available_count), { permanent: true, direction: "center", className: `count ${level.name}` });
      dot.addTo(this.dots);
    }
  },

  drawBorders() {
    this.borders.clearLayers();
    if (!this.areas) return;
    const style = { color: colour("--line"), weight: 1, fillColor: colour("--land"), fillOpacity: 1, interactive: false };
    L.geoJSON(this.areas, { style }).addTo(this.borders);
  },

  goTo(place) {
    this.chosen.clearLayers();
    L.circleMarker(place, { radius: 14, weight: 3, color: colour("--ink"), fill: false, interactive: false }).addTo(this.chosen);
    this.leaflet.setView(place, CLOSE_ZOOM);
  },
};

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

// What a station offers, as an element.
function card(station) {
  const root = document.createElement("div");
  const title = document.createElement("strong");
  title.textContent = station.address || station.station_name || station.station_id;
  const free = document.createElement("p");
  free.textContent = words("free_of", { free: station.available_count, points: station.point_count });
  root.append(title, free);
  const others = ["charging", "reserved", "out_of_order", "not_in_service"]
    .map((name) => [station[`${name}_count`], name])
    .concat([[station.unknown_count + station.unobserved_count, "unknown"]])
    .filter(([count]) => count > 0)
    .map(([count, name]) => `${count} ${words(name)}`);
  const rest = document.createElement("p");
  rest.textContent = [...others, station.max_power_kw ? `${COUNT.format(station.max_power_kw)} kW` : ""].filter(Boolean).join(" · ");
  root.append(rest);
  return root;
}
