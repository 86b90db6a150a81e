// Elements, rows of tables, and what several views draw.
"use strict";

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
function heatCell(share, from, to, title) {
  const cell = element("td", { className: share === null ? "heat unknown" : "heat", title }, share === null ? NOBODY_KNOWS : String(Math.round(100 * share)));
  if (share !== null) cell.style.setProperty("--heat-share", `${Math.round((50 * (share - from)) / (to - from || 1))}%`);
  return cell;
}

// The least and the greatest of the shares that are known.
function bounds(shares) {
  const known = shares.filter((share) => share !== null);
  return [Math.min(...known), Math.max(...known)];
}

function showLicences(told) {
  const items = told.licences.map(({ licence, url, attribution }) =>
    element("li", {}, element("a", { href: url }, licence), ` – ${attribution}`));
  document.getElementById("licences").replaceChildren(...items);
}
