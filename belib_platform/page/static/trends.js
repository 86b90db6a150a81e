// How occupancy goes: seven days over the weather, the hours of the week, the arrondissements, and where none is free.
"use strict";

const SHOWN_DAYS = 7;
const ASKED_DAYS = 14;
const HOUR_S = 3600;
const WORST = 10;
const NARROW_PX = 600;
const LOCAL_HOUR = new Intl.DateTimeFormat("en-GB", { weekday: "short", hour: "2-digit", hourCycle: "h23", timeZone: "Europe/Paris" });

VIEWS.trends = {
  start() {
    [this.arrondissement, this.days] = [bind("trends-arrondissement", "in"), bind("trends-days", "days")];
    this.bikeDays = bind("bikes-days", "days");
    this.scheme = matchMedia("(prefers-color-scheme: dark)");
    this.scheme.addEventListener("change", () => this.chart && this.draw());
    new ResizeObserver(([{ contentRect }]) => {
      if (this.chart && contentRect.width) this.chart.setSize({ width: contentRect.width, height: this.chart.height });
    }).observe(document.getElementById("week-chart"));
  },

  show() {
    const arrondissement = this.arrondissement();
    const own = isOfBikes()
      ? bikeTrends.show(arrondissement, this.bikeDays("28"))
      : [this.showWeek(arrondissement), this.showArrondissements(), ...this.showSaturation(this.days("28"))];
    return [this.showRhythm(arrondissement), ...own];
  },

  async showWeek(arrondissement) {
    const told = await ask("occupancy", { days: ASKED_DAYS, arrondissement });
    showLicences(told);
    this.week = weekOf(told);
    fill("week", [...this.week].reverse().map(weekRow));
    const known = this.week.filter((hour) => hour.occupancy_ratio !== null);
    write("trends-says", known.length ? this.sentence(known) : words("trends_none"));
    await this.drawOver(known.length ? this.week : [], OCCUPANCY_CURVES);
  },

  // Draw curves over the weather; nothing where there are no rows.
  async drawOver(rows, curves) {
    const place = document.getElementById("week-chart");
    place.hidden = !rows.length;
    place.ariaLabel = ofNetwork("trends_chart");
    this.drawn = { rows, curves };
    if (!rows.length) return;
    if (!window.uPlot) await loaded("page/uPlot.iife.min.js");
    this.draw();
  },

  // The newest hour, and how it compares with the week before.
  sentence(known) {
    const newest = known[known.length - 1];
    const told = { hour: DAY_AND_CLOCK.format(newest.at), share: percent(newest.occupancy_ratio) };
    const holes = this.week.length - known.length;
    return [
      newest.before === null ? words("trends_newest", told) : words("trends_newest_before", { ...told, before: percent(newest.before) }),
      holes ? words("trends_holes", { holes: COUNT.format(holes), hours: COUNT.format(this.week.length) }) : words("trends_complete"),
    ].join(" ");
  },

  draw() {
    const place = document.getElementById("week-chart");
    this.chart?.destroy();
    const { rows, curves } = this.drawn;
    const names = [...curves.left.map(({ name }) => name), "temperature_c", curves.rain];
    this.chart = new uPlot(chartOf(rows, place.clientWidth, curves), [
      rows.map(({ at }) => at / 1000),
      ...names.map((name) => rows.map((one) => one[name])),
    ], place);
  },

  async showRhythm(arrondissement) {
    const { asked, name, title, written } = HEAT[network().name];
    const told = await ask(network().rhythms, { arrondissement, ...asked });
    fill("by-weekday", weekRows(told.items, name, title, written), noStatistics(told));
    write("rhythm-dates", told.first_date ? words("of_dates", { first: day(told.first_date), last: day(told.last_date) }) : "");
  },

  async showArrondissements() {
    const told = await ask("rhythms/arrondissements");
    const numbers = [...new Set(told.items.map((item) => item.arrondissement))];
    const rows = heatRows(told.items, "arrondissement", numbers, "occupancy_ratio", arrondissementName, occupancyTitle);
    fill("by-arrondissement", rows, words("no_statistics"));
  },

  // One part for each question, so that one that fails costs no other.
  showSaturation(days) {
    const asked = (by, more) => ask("saturation", { by, days, ...more });
    return [
      asked("city").then(({ items: [city], first_date, last_date }) => write("saturation-says", city && city.none_free_ratio !== null
        ? words("saturation_says", {
          first: day(first_date), last: day(last_date), share: percent(city.none_free_ratio, EXACT_PER_CENT), known: percent(city.observed_ratio),
        })
        : words("no_statistics"))),
      asked("arrondissement").then(({ items }) =>
        fill("saturated-arrondissements", items.map((item) => saturatedRow(arrondissementName(item.arrondissement), item)), words("no_statistics"))),
      asked("station", { limit: WORST }).then(({ items }) =>
        fill("saturated-stations", items.map((item) => saturatedRow(item.station_name || item.station_id, item)), words("no_statistics"))),
    ];
  },
};

// The hours of the last seven days, each with that of the week before; those that are not there have no figures.
function weekOf({ items, as_of }) {
  const end = Math.floor(new Date(as_of) / 1000 / HOUR_S) * HOUR_S;
  const found = new Map(items.map((item) => [new Date(item.hour_at) / 1000, item]));
  const hoursBefore = (hours) => [...Array(SHOWN_DAYS * 24).keys()].map((n) => end - (hours + SHOWN_DAYS * 24 - n) * HOUR_S);
  // by the clock in Paris, which changes twice a year
  const before = new Map(hoursBefore(SHOWN_DAYS * 24).map((at) => [LOCAL_HOUR.format(new Date(at * 1000)), found.get(at)]));
  return hoursBefore(0).map((at) => {
    const { occupancy_ratio = null, temperature_c = null, precipitation_mmh = null, observed_ratio = null, n = 0 } = found.get(at) || {};
    const past = before.get(LOCAL_HOUR.format(new Date(at * 1000)));
    return { at: at * 1000, occupancy_ratio, before: past?.occupancy_ratio ?? null, temperature_c, precipitation_mmh, observed_ratio, n };
  });
}

function weekRow(hour) {
  const rain = hour.precipitation_mmh === null ? NOBODY_KNOWS : words("millimetres", { n: COUNT.format(hour.precipitation_mmh) });
  return row(DAY_AND_CLOCK.format(hour.at), percent(hour.occupancy_ratio), percent(hour.before), degrees(hour), rain, percent(hour.observed_ratio));
}

function occupancyTitle({ occupancy_ratio, n }) {
  return words("occupancy_title", { share: percent(occupancy_ratio), n: COUNT.format(n) });
}

function saturatedRow(name, item) {
  return row(name, barCell(item.none_free_ratio, percent(item.none_free_ratio, EXACT_PER_CENT)), between(item.none_free_low, item.none_free_high, EXACT_PER_CENT),
    words("hours", { n: COUNT.format(item.longest_none_free_hours) }), COUNT.format(item.n), percent(item.observed_ratio));
}

// What a cell of the week says of each network.
const HEAT = {
  belib: { name: "occupancy_ratio", title: occupancyTitle },
  velib: { asked: { what: "bike" }, name: "bike_mean", title: meanTitle, written: (n) => MEAN.format(n < 10 ? n : Math.round(n)) },
};

// What is drawn against the left axis: how it is written, where the lines across the time are, and which column is rain.
const OCCUPANCY_CURVES = {
  left: [
    { word: "occupancy", name: "occupancy_ratio", stroke: "--charging", width: 2.5 },
    { word: "week_before", name: "before", stroke: "--past", width: 1.5, dash: [6, 4] },
  ],
  range: [0, 1],
  written: (share) => percent(share),
  rain: "precipitation_mmh",
  isMarked: ({ at }) => LOCAL_HOUR.format(at).endsWith("00"),
  time: ["from_hour", (at) => DAY_AND_CLOCK.format(at)],
};
const TAKEN_CURVES = {
  left: [
    { word: "taken", name: "taken", stroke: "--charging", width: 2.5 },
    { word: "returned", name: "returned", stroke: "--past", width: 1.5, dash: [6, 4] },
  ],
  range: (_, least, most) => [0, Math.max(most, 1)],
  written: (n) => COUNT.format(n),
  rain: "precipitation_mm",
  isMarked: () => true,
  time: ["date", (at) => DAY.format(at)],
};

// Curves against the left axis, temperature against the right one, rain as bars in the lower third.
function chartOf(rows, width, { left, range, written, isMarked, time: [timeWord, timeInWords] }) {
  const [ink, grid] = [colour("--soft"), { stroke: colour("--ground"), width: 1 }];
  const font = "12px system-ui, sans-serif";
  const marked = rows.filter(isMarked).map(({ at }) => at / 1000);
  const every = Math.ceil(marked.length / (width > NARROW_PX ? 10 : 4));
  const marks = marked.filter((_, n) => n % every === every - 1);
  const text = (value, written) => (value === null || value === undefined ? NOBODY_KNOWS : written(value));
  return {
    width, height: 320,
    cursor: { drag: { x: false, y: false } },
    scales: {
      left: { range },
      degrees: { range: (_, least, most) => [Math.floor(least) - 1, Math.ceil(most) + 1] },
      rain: { range: (_, least, most) => [0, 3 * Math.max(most, 1)] },
    },
    axes: [
      { stroke: ink, grid, font, splits: () => marks, values: (_, at) => at.map((s) => TICK.format(s * 1000)) },
      { scale: "left", size: 60, stroke: ink, grid, font, values: (_, all) => all.map(written) },
      { scale: "degrees", size: 55, side: 1, stroke: ink, grid: { show: false }, font, values: (_, all) => all.map((n) => `${n} °C`) },
    ],
    series: [
      { label: words(timeWord), value: (_, s) => text(s, (at) => timeInWords(at * 1000)) },
      ...left.map(({ word, stroke, width: thick, dash }) => (
        { label: words(word), scale: "left", stroke: colour(stroke), width: thick, dash, points: { show: rows.length < 15 }, value: (_, n) => text(n, written) })),
      { label: words("temperature"), scale: "degrees", stroke: colour("--temperature"), width: 1.5, dash: [2, 3], points: { show: false }, value: (_, n) => text(n, (c) => degrees({ temperature_c: c })) },
      { label: words("rain"), scale: "rain", fill: colour("--seine"), paths: uPlot.paths.bars({ size: [0.8, 12] }), points: { show: false }, value: (_, n) => text(n, (mm) => words("millimetres", { n: COUNT.format(mm) })) },
    ],
  };
}

const TICK = new Intl.DateTimeFormat(LOCALE, { weekday: "short", day: "numeric", timeZone: "Europe/Paris" });
