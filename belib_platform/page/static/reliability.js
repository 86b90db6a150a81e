// What works and what does not: uptime with its bounds, outages, and seven dates of a charge point.
"use strict";

const ROWS_SHOWN = 10;
const DATES_DRAWN = 7;

VIEWS.reliability = {
  start() {
    bikeReliability.start();
    this.days = bind("reliability-days", "days");
    this.place = bind("reliability-place", "place");
    this.point = bind("reliability-point", "point");
    document.getElementById("reliability-place").addEventListener("change", () => state.set("point", ""));
  },

  show() {
    const days = this.days("28");
    if (isOfBikes()) return bikeReliability.show(days);
    this.place();
    const outages = ask("outages", { limit: ROWS_SHOWN });
    return [this.showCity(days), this.showAreas(days), this.showStations(days), this.showOutages(outages), this.showPoint(outages)];
  },

  async showCity(days) {
    const told = await ask("reliability", { by: "city", days });
    showLicences(told);
    const [city] = told.items;
    write("reliability-says", city ? uptimeSentence(city, told) : words("no_statistics"));
    write("reliability-of", city ? words("reliability_of", coverageOf(city)) : "");
  },

  async showAreas(days) {
    const { items } = await ask("reliability", { by: "arrondissement", days });
    fill("reliability-areas", items.map((item) => uptimeRow(arrondissementName(item.arrondissement), item)), words("no_statistics"));
  },

  async showStations(days) {
    const { items } = await ask("reliability", { by: "station", days, limit: ROWS_SHOWN });
    fill("reliability-stations", items.map((item) => uptimeRow(item.station_name || item.station_id, item)), words("no_statistics"));
  },

  async showOutages(asked) {
    const { items, last_date } = await asked;
    fill("outages", items.map((item) => outageRow(item, last_date)), words(last_date ? "no_outages" : "no_statistics"));
  },

  async showPoint(asked) {
    const { items, newest_response_at } = await asked;
    await places.ready();
    const place = places.chosen();
    const points = place ? await pointsAt(place) : place === null ? items : [];
    const id = state.get("point") || points[0]?.charge_point_id;
    this.offer(points, id);
    if (!id) return bandTable.clear(words(place ? "no_point_there" : place === null ? "point_asks" : "unknown_place"));
    const dates = datesUntil(Date.parse(newest_response_at), DATES_DRAWN);
    const from = new Date(Date.parse(dates[0].date) - DAY_MS).toISOString(); // runs are cut at midnight UTC
    const told = await askAll(`charge-points/${encodeURIComponent(id)}/history`, { from }).catch((reason) => {
      bandTable.clear("");
      throw reason;
    });
    bandTable.show(dates, told);
  },

  // The charge points that can be chosen, the chosen one among them.
  offer(points, id) {
    const labels = new Map(points.map((point) => [point.charge_point_id, pointLabel(point)]));
    if (id && !labels.has(id)) labels.set(id, id);
    document.getElementById("reliability-point").replaceChildren(...[...labels].map(([value, label]) => new Option(label, value)));
    this.point(id);
  },
};

function uptimeSentence({ uptime_lower_ratio: low, uptime_upper_ratio: high }, { first_date, last_date }) {
  const told = { first: day(first_date), last: day(last_date) };
  return low === null ? words("uptime_unknown", told) : words("uptime_says", { ...told, low: EXACT_PER_CENT.format(low), high: EXACT_PER_CENT.format(high) });
}

function coverageOf(item) {
  return {
    points: COUNT.format(item.point_count), stations: COUNT.format(item.station_count),
    n: COUNT.format(item.n), observed: percent(item.observed_ratio),
  };
}

function uptimeRow(name, item) {
  const { points, n, observed } = coverageOf(item);
  return row(name, uptimeCell(item), observed, points, n);
}

// A bar to the lower bound, hatched on to the upper one.
function uptimeCell({ uptime_lower_ratio: low, uptime_upper_ratio: high }) {
  const maybe = element("span", { className: "bar maybe" });
  maybe.style.left = `${100 * low}%`;
  maybe.style.width = `${100 * (high - low)}%`;
  const cell = barCell(low, low === high ? percent(low, EXACT_PER_CENT) : between(low, high, EXACT_PER_CENT));
  cell.firstChild.after(maybe);
  return cell;
}

function outageRow(outage, lastDate) {
  const began = DAY_AND_CLOCK.format(new Date(outage.first_seen_at));
  const ended = outage.is_going_on
    ? words("goes_on", { day: day(lastDate) })
    : outage.is_right_censored
      ? words("end_unknown", { time: DAY_AND_CLOCK.format(new Date(outage.last_seen_at)) })
      : DAY_AND_CLOCK.format(new Date(outage.ended_by_at));
  const isCensored = outage.is_left_censored || outage.is_right_censored;
  const lasted = age(outage.observed_s);
  return row(
    outage.station_name || outage.station_id || NOBODY_KNOWS,
    isCensored ? words("at_least", { lasted }) : lasted,
    outage.is_left_censored ? words("before", { time: began }) : began,
    ended,
    pointLink(outage.charge_point_id),
  );
}

// A link to the seven dates of a charge point.
function pointLink(id) {
  const selected = new URLSearchParams(location.hash.slice(1));
  selected.delete("place");
  selected.set("point", id);
  const link = element("a", { href: `#${selected}` }, id);
  link.addEventListener("click", () => document.getElementById("reliability-point").scrollIntoView({ block: "center" }));
  return link;
}

async function pointsAt(place) {
  return (await ask("charge-points", { ...around(place), limit: 1000 })).items;
}

function pointLabel({ charge_point_id, address, station_name, power_kw }) {
  const power = power_kw ? words("kilowatts", { n: COUNT.format(power_kw) }) : "";
  return [address || station_name, power, charge_point_id].filter(Boolean).join(" · ");
}
