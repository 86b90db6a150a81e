// Words, numbers and times in the page's language.
"use strict";

const WORDS = JSON.parse(document.getElementById("words").textContent);
const LANGUAGE = document.documentElement.lang;
const LOCALE = { fr: "fr-FR", en: "en-GB" }[LANGUAGE];
const CLOCK = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Paris" });
const DAY_AND_CLOCK = new Intl.DateTimeFormat(LOCALE, {
  weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: "Europe/Paris",
});
const DAY = new Intl.DateTimeFormat(LOCALE, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
const WEEKDAY = new Intl.DateTimeFormat(LOCALE, { weekday: "long", timeZone: "UTC" });
const COUNT = new Intl.NumberFormat(LOCALE);
const PER_CENT = new Intl.NumberFormat(LOCALE, { style: "percent" });
const EXACT_PER_CENT = new Intl.NumberFormat(LOCALE, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86400000;
const NOBODY_KNOWS = "–";
const WORD_OF_SOURCE = {
  belib: "source_belib", velib: "source_velib", belib_static: "source_belib_static", arrondissements: "source_arrondissements",
  open_meteo: "source_open_meteo", infoclimat: "source_infoclimat", openweathermap: "source_openweathermap",
};

function words(name, values = {}) {
  return WORDS[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);
}

// A duration as one number and a unit.
function age(seconds) {
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return words("minutes", { n: COUNT.format(minutes) });
  const [name, length] = minutes < 48 * 60 ? ["hours", 60] : ["days", 1440];
  return words(name, { n: COUNT.format(Math.round(minutes / length)) });
}

function distance(metres) {
  return words("metres", { m: COUNT.format(Math.round(metres / 10) * 10) });
}

function percent(share, format = PER_CENT) {
  return share === null ? NOBODY_KNOWS : format.format(share);
}

// From one share to another.
function between(low, high, format = PER_CENT) {
  return low === null || high === null ? NOBODY_KNOWS : words("between", { low: format.format(low), high: format.format(high) });
}

// A UTC day as the API writes it, in words.
function day(date) {
  return DAY.format(new Date(date));
}

// The name of a day of the week; 1 is Monday.
function weekdayName(n) {
  return WEEKDAY.format(new Date(MONDAY + (n - 1) * DAY_MS));
}

function hourName(hour) {
  return LANGUAGE === "fr" ? `${hour} h` : `${hour}:00`;
}

function arrondissementName(n) {
  if (LANGUAGE === "fr") return `${n}${n === 1 ? "er" : "e"}`;
  const ending = n % 10 === 1 && n !== 11 ? "st" : n % 10 === 2 && n !== 12 ? "nd" : n % 10 === 3 && n !== 13 ? "rd" : "th";
  return `${n}${ending}`;
}

// The name of a source of data, as the API has it.
function sourceName(source) {
  return WORD_OF_SOURCE[source] ? words(WORD_OF_SOURCE[source]) : source;
}

// Why there are no statistics: none of this place, or none at all.
function noStatistics({ last_date }) {
  return words(last_date ? "no_statistics_there" : "no_statistics");
}

function inSentence(text) {
  return text[0].toUpperCase() + text.slice(1);
}

// Day of the week (1 is Monday) and hour in Paris now.
function nowInParis() {
  const format = new Intl.DateTimeFormat("en-GB", { weekday: "short", hour: "2-digit", hourCycle: "h23", timeZone: "Europe/Paris" });
  const parts = Object.fromEntries(format.formatToParts(new Date()).map(({ type, value }) => [type, value]));
  return { weekday: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].indexOf(parts.weekday) + 1, hour: Number(parts.hour) };
}
