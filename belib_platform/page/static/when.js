// When one finds what one looks for: the hours of a weekday, at a station, around an address or in an arrondissement.
"use strict";

const BEST = 3;

VIEWS.when = {
  start() {
    const weekdays = [1, 2, 3, 4, 5, 6, 7].map((n) => new Option(weekdayName(n), n));
    document.getElementById("weekday").replaceChildren(...weekdays);
    document.getElementById("hour").replaceChildren(...[...Array(24).keys()].map((n) => new Option(hourName(n), n)));
    [this.named, this.arrondissement] = [bind("when-place", "place"), bind("when-arrondissement", "in")];
    this.what = bind("when-what", "what");
    [this.weekday, this.hour] = [bind("weekday", "weekday"), bind("hour", "hour")];
    // one of the two is asked for: the one that was chosen last
    for (const [id, other] of [["when-place", "in"], ["when-arrondissement", "place"]]) {
      document.getElementById(id).addEventListener("change", ({ target }) => target.value && state.set(other, ""));
    }
  },

  show() {
    const now = nowInParis();
    const [weekday, hour] = [Number(this.weekday(now.weekday)), Number(this.hour(now.hour))];
    this.named();
    this.what("bike");
    const arrondissement = this.arrondissement();
    const asked = places.ready().then(() => this.place(arrondissement));
    return [this.showHours(asked, weekday, hour), this.showWeek(asked)];
  },

  async showHours(place, weekday, hour) {
    const asked = await place;
    if (!asked) return this.say(words(places.chosen() === undefined ? "unknown_place" : "when_asks"), []);
    const found = await ask(network().bestTimes, { ...asked, ...network().wanted(), weekday });
    showLicences(found);
    if (isOfBikes()) showReading(found, words("network_velib"));
    if (!found.items.length) return this.say(noStatistics(found), []);
    const item = found.items.find((one) => one.hour === hour);
    const told = { weekday: weekdayName(weekday), hour: hourName(hour), thing: network().thing() };
    const sentence = item && item.free_ratio !== null
      ? words("when_says", { ...told, ...inWords(item) })
      : words("when_unknown", told);
    this.say(inSentence(sentence), found.items, hour);
  },

  async showWeek(place) {
    const asked = await place;
    document.getElementById("free-week").hidden = !asked;
    if (!asked) return;
    const told = await ask(network().rhythms, { ...asked, ...network().wanted() });
    const title = (item) => words("free_title", { share: percent(item.free_ratio), thing: network().thing(), n: COUNT.format(item.n) });
    fill("free-by-weekday", weekRows(told.items, "free_ratio", title), noStatistics(told));
  },

  // Parameters of the API for the place in the address, else for an arrondissement; null where neither is known.
  place(arrondissement) {
    const place = places.chosen();
    if (place === null) return arrondissement ? { arrondissement } : null;
    return place ? around(place) : null;
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
