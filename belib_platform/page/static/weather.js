// What the weather does to occupancy: how hours of a bin differ from other dates at the same hour of the week.
"use strict";

const POINTS = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: "exceptZero" });
const BINS = { temperature: "degrees", precipitation: "millimetres_an_hour" };

VIEWS.weather = {
  start() {
    this.arrondissement = bind("weather-arrondissement", "in");
  },

  show() {
    return isOfBikes() ? [] : [this.showEffects(this.arrondissement())];
  },

  async showEffects(arrondissement) {
    const told = await ask("weather-effect", { arrondissement });
    showLicences(told);
    const most = Math.max(...told.items.flatMap((item) => [item.occupancy_difference, item.difference_low, item.difference_high]).map(Math.abs));
    for (const [name, unit] of Object.entries(BINS)) {
      const items = told.items.filter((item) => item.variable.startsWith(name));
      fill(`by-${name}`, items.map((item) => effectRow(item, unit, most)), words("weather_too_few"));
    }
    const seen = told.items.filter((item) => item.is_effect_seen);
    write("weather-says", !told.items.length ? words("weather_too_few") : seen.length
      ? words("weather_seen", { seen: seen.length, bins: told.items.length, first: day(told.first_date), last: day(told.last_date) })
      : words("weather_none_seen", { bins: told.items.length, first: day(told.first_date), last: day(told.last_date) }));
  },
};

function effectRow(item, unit, most) {
  const verdict = item.is_effect_seen === null ? "effect_unknown" : item.is_effect_seen ? (item.occupancy_difference > 0 ? "effect_more" : "effect_less") : "effect_none";
  const ends = item.difference_low === null ? NOBODY_KNOWS : words("between", { low: inPoints(item.difference_low), high: inPoints(item.difference_high) });
  const made = row(binName(item, unit), inPoints(item.occupancy_difference), intervalCell(item, most), ends, COUNT.format(item.n), element("td", { className: "text" }, words(verdict)));
  made.className = item.is_effect_seen ? "seen" : "";
  return made;
}

// A difference of shares in percentage points.
function inPoints(difference) {
  return words("points_of_percent", { n: POINTS.format(100 * difference) });
}

function binName({ lower, upper }, unit) {
  const named = (value) => words(unit, { n: COUNT.format(value) });
  if (lower === null) return words("below", { high: named(upper) });
  if (upper === null) return words("from_on", { low: named(lower) });
  return words("between", { low: COUNT.format(lower), high: named(upper) });
}

// The interval around the difference, on a line whose middle is no difference.
function intervalCell(item, most) {
  const at = (difference) => 50 + (48 * difference) / most;
  const middle = element("span", { className: "mean" });
  middle.style.left = `${at(item.occupancy_difference)}%`;
  const cell = element("td", { className: "interval" }, element("span", { className: "zero" }), middle);
  if (item.difference_low !== null) {
    const line = element("span", { className: "line" });
    line.style.left = `${at(item.difference_low)}%`;
    line.style.width = `${at(item.difference_high) - at(item.difference_low)}%`;
    cell.append(line);
  }
  return cell;
}
