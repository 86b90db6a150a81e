// The statuses of a charge point on some dates: a row of bands for each date, how long each lasted, and every change.
"use strict";

const MARKED_HOURS = [6, 12, 18];
const STATES = {
  AVAILABLE: "available", CHARGING: "charging", RESERVED: "reserved", OUTOFORDER: "out_of_order",
  UNKNOWN: "unknown", INOPERATIVE: "not_in_service", PLANNED: "not_in_service", REMOVED: "not_in_service",
};
const WORD_OF_STATE = {
  available: "point_available", charging: "point_charging", reserved: "point_reserved", out_of_order: "point_out_of_order",
  unknown: "point_unknown", not_in_service: "point_not_in_service", unobserved: "point_unobserved",
};

const bandTable = {
  clear(sentence) {
    write("point-says", sentence);
    document.getElementById("point-drawn").hidden = true;
  },

  // The runs of an answer, on dates of which the last is that of the newest response.
  show(dates, { items, newest_response_at }) {
    const newest = Date.parse(newest_response_at);
    const bands = bandsOf(items, newest);
    const parts = bandsWithin(bands, dates[0].begin, newest);
    this.tell(secondsByState(parts), (newest - dates[0].begin) / 1000);
    fill("point-days", dates.map((date) => dateRow(date, bandsWithin(bands, date.begin, Math.min(date.end, newest)))));
    write("point-changes-count", words("point_changes", { n: COUNT.format(parts.length) }));
    fill("point-changes", parts.map(changeRow));
    document.getElementById("point-drawn").hidden = false;
  },

  tell(sums, total) {
    const observed = total - (sums.unobserved || 0);
    write("point-says", observed
      ? words("point_observed", { observed: lasting(observed), total: lasting(total), share: percent(observed / total) })
      : words("point_never_observed"));
    const items = Object.entries(sums).map(([name, seconds]) =>
      element("li", {}, element("span", { className: `band ${name}` }, sign(name)), `${words(WORD_OF_STATE[name])} ${lasting(seconds)}`));
    document.getElementById("point-legend").replaceChildren(...items);
  },
};

function stateOf({ status }) {
  return status === null ? "unobserved" : STATES[status];
}

function secondsOf({ begin, end }) {
  return (end - begin) / 1000;
}

// To the minute, so that durations add up.
function lasting(seconds) {
  const minutes = Math.round(seconds / 60);
  const hours = Math.floor(minutes / 60);
  return hours ? words("hours_and_minutes", { h: COUNT.format(hours), m: String(minutes % 60).padStart(2, "0") }) : words("minutes", { n: minutes });
}

// In the order of states, those that there were.
function secondsByState(parts) {
  const sums = Object.keys(WORD_OF_STATE).map((name) =>
    [name, parts.filter((part) => stateOf(part) === name).reduce((sum, part) => sum + secondsOf(part), 0)]);
  return Object.fromEntries(sums.filter(([, seconds]) => seconds > 0));
}

// A sign, for those who do not see the colour; holes are hatched and have none.
function sign(name) {
  return element("span", { ariaHidden: "true" }, name === "unobserved" ? "" : SIGNS[name]);
}

function dateRow({ date, begin, end }, parts) {
  const place = (drawn, from, to) => {
    drawn.style.left = `${(100 * (from - begin)) / (end - begin)}%`;
    drawn.style.width = `${(100 * (to - from)) / (end - begin)}%`;
    return drawn;
  };
  const hours = (end - begin) / HOUR_MS;
  const name = day(date);
  const bands = parts.map((part) => place(element("span", { className: `band ${stateOf(part)}`, title: partTitle(part) }, sign(stateOf(part))), part.begin, part.end));
  // Counted from the end: the clock changes in the small hours.
  const ticks = MARKED_HOURS.map((hour) => place(element("span", { className: "mark" }), end - (24 - hour) * HOUR_MS, end - (24 - hour) * HOUR_MS));
  const drawn = element("div", { className: "bands", role: "img", ariaLabel: words("told_of", { what: name, told: inShort(parts) }) }, ...bands, ...ticks);
  return row(hours === 24 ? name : words("date_of_hours", { date: name, hours }), drawn);
}

function partTitle(part) {
  const [begin, end] = [part.begin, part.end].map((at) => CLOCK.format(at));
  return `${words(WORD_OF_STATE[stateOf(part)])}, ${words("between", { low: begin, high: end })} (${lasting(secondsOf(part))})`;
}

function inShort(parts) {
  return Object.entries(secondsByState(parts)).map(([name, seconds]) => `${words(WORD_OF_STATE[name])} ${lasting(seconds)}`).join(", ");
}

function changeRow(part) {
  const text = (content) => element("td", { className: "text" }, content);
  return row(DAY_AND_CLOCK.format(part.begin), text(DAY_AND_CLOCK.format(part.end)), text(words(WORD_OF_STATE[stateOf(part)])), lasting(secondsOf(part)));
}
