// When one finds a free point: the hours of a weekday, at a station, around an address or in an arrondissement.
"use strict";

const NEAR_M = 300;
const BEST = 3;
const PER_CENT = new Intl.NumberFormat(LOCALE, { style: "percent" });
const WEEKDAY = new Intl.DateTimeFormat(LOCALE, { weekday: "long", timeZone: "UTC" });
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86400000;

const when = {
  start() {
    this.today = this.inParis();
    const weekdays = [1, 2, 3, 4, 5, 6, 7].map((n) => new Option(weekdayName(n), n));
    document.getElementById("weekday").replaceChildren(...weekdays);
    document.getElementById("hour").replaceChildren(...[...Array(24).keys()].map((n) => new Option(clock(n), n)));
    const fields = { "when-place": "place", "when-arrondissement": "in", weekday: "weekday", hour: "hour" };
    for (const [id, name] of Object.entries(fields)) {
      document.getElementById(id).addEventListener("change", (event) => state.set(name, event.target.value.trim()));
    }
    document.getElementById("when-asked").addEventListener("submit", (event) => event.preventDefault());
  },

  // Day of the week (1 is Monday) and hour in Paris.
  inParis() {
    const format = new Intl.DateTimeFormat("en-GB", { weekday: "short", hour: "2-digit", hourCycle: "h23", timeZone: "Europe/Paris" });
    const parts = Object.fromEntries(format.formatToParts(new Date()).map(({ type, value }) => [type, value]));
    return { weekday: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].indexOf(parts.weekday) + 1, hour: Number(parts.hour) };
  },

  async show() {
    const weekday = Number(state.get("weekday") || this.today.weekday);
    const hour = Number(state.get("hour") || this.today.hour);
    document.getElementById("weekday").value = weekday;
    document.getElementById("hour").value = hour;
    document.getElementById("when-place").value = state.get("place");
    document.getElementById("when-arrondissement").value = state.get("in");
    if (!nearest.places) nearest.offer(await askAll("stations", {}));
    const asked = this.place();
    if (!asked) return this.say(words(state.get("place") ? "unknown_place" : "when_asks"), []);
    const found = await ask("best-times", { ...asked, weekday });
    showLicences(found.licences);
    if (!found.items.length) return this.say(words("no_statistics"), []);
    const item = found.items.find((one) => one.hour === hour);
    const told = { weekday: weekdayName(weekday), hour: clock(hour) };
    const sentence = item && item.free_ratio !== null
      ? words("when_says", { ...told, ...inWords(item) })
      : words("when_unknown", told);
    this.say(sentence[0].toUpperCase() + sentence.slice(1), found.items, hour);
  },

  // Parameters of the API for what is selected; null where nothing is.
  place() {
    const name = state.get("place");
    const place = name && (nearest.places.get(name) || nearest.like(name));
    if (place) return { near: place.join(), radius: NEAR_M };
    return state.get("in") && !name ? { arrondissement: state.get("in") } : null;
  },

  say(sentence, items, hour) {
    document.getElementById("when-says").textContent = sentence;
    const known = items.filter((item) => item.free_ratio !== null);
    const best = known.slice(0, BEST).map((item) => clock(item.hour)).join(", ");
    document.getElementById("best-hours").textContent = known.length ? words("best_hours", { hours: best }) : "";
    document.getElementById("hours").hidden = !items.length;
    const rows = [...items].sort((a, b) => a.hour - b.hour).map((item) => hourRow(item, item.hour === hour));
    document.querySelector("#hours tbody").replaceChildren(...rows);
  },
};

function weekdayName(n) {
  return WEEKDAY.format(new Date(MONDAY + (n - 1) * DAY_MS));
}

function clock(hour) {
  return LANGUAGE === "fr" ? `${hour} h` : `${hour}:00`;
}

function percent(share) {
  return share === null ? "–" : PER_CENT.format(share);
}

function inWords(item) {
  const whole = (share) => Math.round(100 * share);
  return { times: Math.round(10 * item.free_ratio), low: whole(item.free_low), high: whole(item.free_high), n: item.n };
}

function hourRow(item, isChosen) {
  const row = document.createElement("tr");
  if (isChosen) row.className = "chosen";
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = clock(item.hour);
  const share = document.createElement("td");
  const bar = document.createElement("span");
  bar.className = "bar";
  bar.style.width = `${100 * (item.free_ratio || 0)}%`;
  const number = document.createElement("span");
  number.textContent = percent(item.free_ratio);
  share.append(bar, number);
  const ends = item.free_ratio === null ? "–" : `${percent(item.free_low)} – ${percent(item.free_high)}`;
  const others = [ends, percent(item.dry.free_ratio), percent(item.wet.free_ratio), String(item.n)];
  row.append(head, share, ...others.map((text) => Object.assign(document.createElement("td"), { textContent: text })));
  return row;
}
