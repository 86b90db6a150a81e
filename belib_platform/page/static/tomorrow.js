// Where bikes and free docks will lack tomorrow, part by part, and how right such forecasts were.
"use strict";

const WORST_SHOWN = 30;
const MOSTLY = 0.5; // of the time
// Dots by expected share: larger where more is lacking, and a ring where nobody knows.
const SHARES = [
  { below: 0.1, radius: 3 },
  { below: 0.25, radius: 5 },
  { below: MOSTLY, radius: 6.5 },
  { below: Infinity, radius: 8.5 },
];

VIEWS.tomorrow = {
  start() {
    [this.lacking, this.part] = [bind("lacking-what", "lacking"), bind("part", "part")];
    const dots = SHARES.map((_, n) => element("li", {}, element("span", { className: `dot share-${n}` }), shareWords(n)));
    document.getElementById("tomorrow-legend").replaceChildren(
      element("li", { className: "title" }, words("tomorrow_legend")), ...dots,
      element("li", {}, element("span", { className: "dot ring" }), words("nobody_knows")));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.leaflet && this.draw());
  },

  show() {
    return [this.showTomorrow(this.lacking("bike"), this.part("06-10"))];
  },

  async showTomorrow(lacking, part) {
    const told = await ask("bike-tomorrow");
    showLicences(told);
    if (isOfBikes()) showReading(told, words("network_velib"));
    const [name, stations] = [`no_${lacking}_ratio`, told.items.filter((item) => item.part === part)];
    const known = stations.filter((item) => item[name] !== null);
    document.getElementById("tomorrow-drawn").hidden = !known.length;
    write("tomorrow-says", known.length
      ? words("tomorrow_says", {
        date: inSentence(day(told.target_date)), part: partName(part), lacking: words(`lacking_${lacking}`),
        worst: COUNT.format(mostlyLacking(known, name, part)), known: COUNT.format(known.length),
      })
      : words("no_tomorrow"));
    write("tomorrow-of", known.length ? sourceOf(told, stations, stations.length - known.length) : "");
    this.showWorst(told.items, name, part);
    const errors = told.skill.filter((item) => item.lacking === lacking);
    fill("skill", errors.map(skillRow), words("no_skill"));
    if (!known.length) return;
    this.areas = this.areas || await ask("arrondissements").catch(() => null);
    this.drawn = { stations, name };
    this.draw();
  },

  // Stations in the order of the chosen part, each with all of them.
  showWorst(items, name, part) {
    const stations = [...Map.groupBy(items, (item) => item.station_code).values()]
      .map((rows) => ({ title: NETWORKS.velib.title(rows[0]), parts: new Map(rows.map((one) => [one.part, one])) }))
      .filter(({ parts }) => parts.has(part) && parts.get(part)[name] !== null)
      .sort((a, b) => b.parts.get(part)[name] - a.parts.get(part)[name] || a.title.localeCompare(b.title, LOCALE));
    fill("tomorrow-worst", stations.slice(0, WORST_SHOWN).map(({ title, parts }) => row(title,
      ...PARTS.map((one) => {
        const text = percent(parts.get(one)?.[name] ?? null);
        return one === part ? barCell(parts.get(one)[name], text) : text;
      }),
      COUNT.format(parts.get(part).n))), words("no_tomorrow"));
  },

  draw() {
    this.leaflet = this.leaflet || L.map("tomorrow-map", { renderer: L.canvas({ padding: 0.5 }), attributionControl: false, minZoom: 10, zoomSnap: 0.25 }).fitBounds(PARIS, { padding: [12, 12] });
    this.leaflet.invalidateSize();
    this.layers?.remove();
    this.layers = L.layerGroup().addTo(this.leaflet);
    const style = { color: colour("--line"), weight: 1, fillColor: colour("--land"), fillOpacity: 1, interactive: false };
    if (this.areas) L.geoJSON(this.areas, { style }).addTo(this.layers);
    const { stations, name } = this.drawn;
    for (const station of [...stations].filter(({ latitude }) => latitude !== null).sort((a, b) => a[name] - b[name])) shareDot(station, name).addTo(this.layers);
  },
};

// How many stations are expected to lack it for more than half of a part of the day.
function mostlyLacking(items, name, part) {
  return items.filter((item) => item.part === part && item[name] > MOSTLY).length;
}

const PARTS = ["06-10", "10-16", "16-20", "20-24"];

function shareWords(n) {
  const [low, high] = [n ? SHARES[n - 1].below * 100 : null, SHARES[n].below * 100];
  if (low === null) return words("share_below", { n: high });
  return high === Infinity ? words("share_from", { n: low }) : words("share_within", { low, high });
}

function shareDot(station, name) {
  const share = station[name];
  const level = SHARES.findIndex(({ below }) => share !== null && share < below);
  const look = level < 0 ? { radius: 4, color: colour("--nobody_knows"), fill: false } : { radius: SHARES[level].radius, color: colour("--surface"), fillColor: colour(`--share-${level}`), fillOpacity: 1 };
  const text = words("told_of", { what: NETWORKS.velib.title(station), told: percent(share) });
  return L.circleMarker([station.latitude, station.longitude], { weight: 1.5, ...look }).bindPopup(() => element("p", {}, text));
}

function partName(part) {
  const [from, to] = part.split("-").map(Number);
  return words("part_hours", { from, to });
}

// When the forecast was made, and of which weather.
function sourceOf(told, stations, unknown) {
  const [{ temperature_c, precipitation_mmh, is_weather_used }] = stations;
  return words("tomorrow_of", {
    issued: DAY_AND_CLOCK.format(new Date(told.issued_at)), temperature: degrees({ temperature_c }),
    rain: millimetres({ precipitation_mm: precipitation_mmh }), used: words(is_weather_used ? "weather_used" : "weather_not_used"),
    unknown: COUNT.format(unknown),
  });
}

// Mean absolute errors in percentage points, and on how many dates the forecast was the better one.
function skillRow(item) {
  const asError = (error) => words("points_of_percent", { n: ERROR.format(100 * error) });
  const dates = (n) => words("dates_of", { n: COUNT.format(n), all: COUNT.format(item.n) });
  return row(partName(item.part), ...[item.absolute_error, item.climatology_absolute_error, item.last_week_absolute_error].map(asError),
    dates(item.over_climatology_dates), dates(item.over_last_week_dates));
}

const ERROR = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
