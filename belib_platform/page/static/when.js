// When one finds a free point: the hours of a weekday, at a station, around an address or in an arrondissement.
"use strict";

const NEAR_M = 300;
const BEST = 3;

VIEWS.when = {
  start() {
    const weekdays = [1, 2, 3, 4, 5, 6, 7].map((n) => new Option(weekdayName(n), n));
    document.getElementById("weekday").replaceChildren(...weekdays);
    document.getElementById("hour").replaceChildren(...[...Array(24).keys()].map((n) => new Option(hourName(n), n)));
    this.fields = { "when-place": "place", "when-arrondissement": "in", weekday: "weekday", hour: "hour" };
    for (const [id, name] of Object.entries(this.fields)) this.fields[id] = bind(id, name);
  },

  show() {
    const now = nowInParis();
    const weekday = Number(state.get("weekday") || now.weekday);
    const hour = Number(state.get("hour") || now.hour);
    for (const write of Object.values(this.fields)) write();
    this.fields.weekday(weekday);
    this.fields.hour(hour);
    return [this.showHours(weekday, hour), this.showWeek()];
  },

  async showHours(weekday, hour) {
    await places.ready();
    const asked = this.place();
    if (!asked) return this.say(words(places.chosen() === undefined ? "unknown_place" : "when_asks"), []);
    const found = await ask("best-times", { ...asked, weekday });
    showLicences(found);
    if (!found.items.length) return this.say(words("no_statistics"), []);
    const item = found.items.find((one) => one.hour === hour);
    const told = { weekday: weekdayName(weekday), hour: hourName(hour) };
    const sentence = item && item.free_ratio !== null
      ? words("when_says", { ...told, ...inWords(item) })
      : words("when_unknown", told);
    this.say(inSentence(sentence), found.items, hour);
  },

  async showWeek() {
    await places.ready();
    const asked = this.place();
    document.getElementById("free-week").hidden = !asked;
    if (!asked) return;
    const { items } = await ask("rhythms", asked);
    const title = (item) => words("free_title", { share: percent(item.free_ratio), n: COUNT.format(item.n) });
    fill("free-by-weekday", weekRows(items, "free_ratio", title), words("no_statistics"));
  },

  // Parameters of the API for what is selected; null where nothing is.
  place() {
    const place = places.chosen();
    const arrondissement = place ? place.arrondissement : place === null && state.get("in");
    if (arrondissement) return { arrondissement };
    return place ? { near: `${place.latitude},${place.longitude}`, radius: NEAR_M } : null;
  },

  say(sentence, items, hour) {
    write("when-says", sentence);
    const known = items.filter((item) => item.free_ratio !== null);
    const best = known.slice(0, BEST).map((item) => hourName(item.hour)).join(", ");
    write("best-hours", known.length ? words("best_hours", { hours: best }) : "");
    fill("hours-free", [...items].sort((a, b) => a.hour - b.hour).map((item) => hourRow(item, item.hour === hour)));
  },
};

function inWords(item) {
  const whole = (share) => Math.round(100 * share);
  return { times: Math.round(10 * item.free_ratio), low: whole(item.free_low), high: whole(item.free_high), n: item.n };
}

// A share and the number of dates behind it.
function ofDates({ free_ratio, n }) {
  return free_ratio === null ? NOBODY_KNOWS : words("share_of_dates", { share: percent(free_ratio), n: COUNT.format(n) });
}

function hourRow(item, isChosen) {
  const ends = item.free_ratio === null ? NOBODY_KNOWS : between(item.free_low, item.free_high);
  const made = row(hourName(item.hour), barCell(item.free_ratio), ends, ofDates(item.dry), ofDates(item.wet), COUNT.format(item.n));
  if (isChosen) made.className = "chosen";
  return made;
}
