// Elements, rows of tables, and what several views draw.
"use strict";

const HOURS = [...Array(24).keys()];
const OLD_S = 3600;

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children.filter((child) => child !== null));
  return made;
}

function write(id, text) {
  document.getElementById(id).textContent = text;
}

// A row of a table: a heading and cells, which are texts or elements.
function row(heading, ...cells) {
  const first = element("th", { scope: "row" }, heading);
  return element("tr", {}, first, ...cells.map((cell) => (cell instanceof Element && cell.tagName === "TD" ? cell : element("td", {}, cell))));
}

// Replace the rows of a table; one without rows is hidden, and the sentence in its place shown.
function fill(id, rows, sentence = "") {
  const table = document.getElementById(id);
  table.tBodies[0].replaceChildren(...rows);
  table.hidden = !rows.length;
  const missing = document.getElementById(`${id}-missing`);
  if (missing) {
    missing.textContent = rows.length ? "" : sentence;
    missing.hidden = rows.length > 0;
  }
}

// A cell with a bar as long as the share, and its number.
function barCell(share, text = percent(share)) {
  const bar = element("span", { className: "bar" });
  bar.style.width = `${100 * (share || 0)}%`;
  return element("td", { className: "share" }, bar, element("span", {}, text));
}

// A cell whose ground tells a share, with its number; hatched where nobody knows. `from` and `to` bound the colours.
function heatCell(share, from, to, title, written) {
  const cell = element("td", { className: share === null ? "heat unknown" : "heat", title }, share === null ? NOBODY_KNOWS : written(share));
  if (share !== null) cell.style.setProperty("--heat-share", `${Math.round((50 * (share - from)) / (to - from || 1))}%`);
  return cell;
}

// Rows of a heat map of the hours of the week: a row a day, of what the items say as `name`. `title` says more of one.
function weekRows(items, name, title, written) {
  return heatRows(items, "weekday", [1, 2, 3, 4, 5, 6, 7], name, (weekday) => inSentence(weekdayName(weekday)), title, written);
}

// Rows of a heat map with 24 columns: a row for each of the values of `key`. `written` is per cent unless told otherwise.
function heatRows(items, key, values, name, heading, title, written = (share) => String(Math.round(100 * share))) {
  const hours = new Map(items.map((item) => [`${item[key]} ${item.hour}`, item]));
  const [from, to] = bounds(items.map((item) => item[name]));
  return items.length ? values.map((value) => row(heading(value), ...HOURS.map((hour) => {
    const item = hours.get(`${value} ${hour}`);
    const what = `${heading(value)} ${hourName(hour)}`;
    const isKnown = item && item[name] !== null;
    return heatCell(isKnown ? item[name] : null, from, to, isKnown ? words("told_of", { what, told: title(item) }) : what, written);
  }))) : [];
}

// The least and the greatest of the shares that are known.
function bounds(shares) {
  const known = shares.filter((share) => share !== null);
  return [Math.min(...known), Math.max(...known)];
}

// In the head of the page: when what is shown was read, and how long ago.
function showReading(told, of) {
  const age_s = ageOf(told);
  const at = words("read_at", { time: DAY_AND_CLOCK.format(new Date(told.newest_response_at)), age: age(age_s) });
  write("reading", `${of}. ${at}.${age_s > OLD_S ? ` ${ofNetwork("old", { age: age(age_s) })}` : ""}`);
}

function showLicences(told) {
  const items = told.licences.map(({ licence, url, attribution }) =>
    element("li", {}, element("a", { href: url }, licence), ` – ${attribution}`));
  document.getElementById("licences").replaceChildren(...items);
}
