// Words, numbers and times in the page's language.
"use strict";

const WORDS = JSON.parse(document.getElementById("words").textContent);
const LANGUAGE = document.documentElement.lang;
const LOCALE = { fr: "fr-FR", en: "en-GB" }[LANGUAGE];
const CLOCK = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Paris" });
const DAY_AND_CLOCK = new Intl.DateTimeFormat(LOCALE, {
  weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: "Europe/Paris",
});
const COUNT = new Intl.NumberFormat(LOCALE);

function words(name, values = {}) {
  return WORDS[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);
}

// A duration as one number and a unit.
function age(seconds) {
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return words("minutes", { n: minutes });
  return minutes < 48 * 60 ? words("hours", { n: Math.round(minutes / 60) }) : words("days", { n: Math.round(minutes / 1440) });
}

function distance(metres) {
  return words("metres", { m: COUNT.format(Math.round(metres / 10) * 10) });
}
