// The statuses of a charge point as bands: from when to when each held, by date in Paris.
"use strict";

const HOUR_MS = 3600000;
const DATE_IN_PARIS = new Intl.DateTimeFormat("sv-SE", { year: "numeric", month: "2-digit", day: "2-digit", timeZone: "Europe/Paris" });

// The date in Paris at an instant (milliseconds), as 2025-03-30.
function dateInParis(at) {
  return DATE_IN_PARIS.format(at);
}

// The instant at which a date begins in Paris: two hours before it begins in UTC, in winter one.
function midnightInParis(date) {
  return [2, 1].map((hours) => Date.parse(date) - hours * HOUR_MS).find((at) => dateInParis(at) === date);
}

// The so many dates until that of an instant, each with its first instant and that of the next one: 23 to 25 hours later.
function datesUntil(at, count) {
  const dates = [dateInParis(at)];
  while (dates.length < count) dates.unshift(dateInParis(midnightInParis(dates[0]) - HOUR_MS));
  return dates.map((date) => {
    const begin = midnightInParis(date);
    return { date, begin, end: midnightInParis(dateInParis(begin + 30 * HOUR_MS)) };
  });
}

// From when to when each run's status is taken to have held: until the next run, if that begins while it holds, else
// half-way from its last observation to the end of its holding; until `newest` if it still holds.
function bandsOf(runs, newest) {
  return runs.map((run, n) => {
    const begin = Date.parse(run.first_seen_at);
    if (run.holds_until === null) return { status: run.status, begin, end: newest };
    const [last, holds] = [Date.parse(run.last_seen_at), Date.parse(run.holds_until)];
    const next = n + 1 < runs.length ? Date.parse(runs[n + 1].first_seen_at) : Infinity;
    return { status: run.status, begin, end: next <= holds ? next : (last + holds) / 2 };
  });
}

// The bands within two instants, those of a status that touch as one, and between them the holes, whose status is null.
function bandsWithin(bands, begin, end) {
  const parts = [];
  const add = (status, from, to) => {
    const before = parts[parts.length - 1];
    if (before?.status === status) before.end = to;
    else parts.push({ status, begin: from, end: to });
  };
  let covered = begin;
  for (const band of bands) {
    const [from, to] = [Math.max(band.begin, covered), Math.min(band.end, end)];
    if (to <= from) continue;
    if (from > covered) add(null, covered, from);
    add(band.status, from, to);
    covered = to;
  }
  if (covered < end) add(null, covered, end);
  return parts;
}
