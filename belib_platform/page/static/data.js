// Where the figures come from: how fresh and complete they are, what was rejected, and under which terms.
"use strict";

const QUALITY_DAYS = 7;
const WORD_OF_HOP = { operator: "hop_operator", response: "hop_response", warehouse: "hop_warehouse" };

VIEWS.data = {
  start() {},

  show() {
    return [this.showQuality(), this.showCoverage(), this.showBikes(), this.showTerms()];
  },

  async showQuality() {
    const told = await ask("quality");
    const now = Date.parse(told.newest_response_at) + 1000 * ageOf(told);
    fill("hops", told.hops.map((hop) => hopRow(hop, now)));
    showPolls(told);
    fill("rejected", told.rejected.map(({ source, rule, record_count }) =>
      row(sourceName(source), COUNT.format(record_count), element("td", { className: "text" }, element("code", {}, rule)))), words("nothing_rejected"));
    const head = told.archive_head;
    write("archive-says", head ? words("archive_head", { day: day(head.newest_day) }) : words("no_archive_head"));
    write("archive-head", head ? head.sha256 : "");
  },

  async showCoverage() {
    const [city, areas] = await Promise.all(["city", "arrondissement"].map((by) => ask("reliability", { by, days: 28 })));
    const rows = areas.items
      .sort((a, b) => a.arrondissement - b.arrondissement)
      .map((item) => coverageRow(arrondissementName(item.arrondissement), item));
    fill("coverage", [...city.items.map((item) => coverageRow(words("all_of_paris"), item)), ...rows], words("no_statistics"));
    const { first_date, last_date } = city;
    write("coverage-says", first_date
      ? words("coverage_says", { first: day(first_date), last: day(last_date) })
      : "");
  },

  async showBikes() {
    const isThere = PRESENT.includes("velib");
    const areas = isThere ? areasOfBikes((await bikeDates(28)).items) : [];
    fill("bike-coverage", areas.map(({ name, sums }) =>
      row(name, barCell(sums.observed, percent(sums.observed, EXACT_PER_CENT)), COUNT.format(sums.stations), COUNT.format(sums.n))),
    words(isThere ? "no_statistics" : "no_bikes"));
  },

  // Each answer names the terms of its own data: here are all of them.
  async showTerms() {
    const told = await Promise.all([ask("quality"), ask("weather", { hours: 1 }), ask("arrondissements"), ask("bike-stations", { limit: 1 })]);
    const terms = new Map(told.flatMap(({ licences }) => licences).map((one) => [one.attribution, one]));
    showLicences({ licences: [...terms.values()] });
  },
};

function hopRow({ hop, at }, now) {
  const instant = Date.parse(at);
  const passed = at === null ? NOBODY_KNOWS : DAY_AND_CLOCK.format(instant);
  return row(words(WORD_OF_HOP[hop]), passed, at === null || instant > now ? NOBODY_KNOWS : age((now - instant) / 1000));
}

// A row for each source and a column for each UTC day until now; a day without attempts is hatched.
function showPolls({ polls, as_of }) {
  const today = Date.parse(as_of.slice(0, 10));
  const days = [...Array(QUALITY_DAYS).keys()].map((n) => new Date(today - (QUALITY_DAYS - 1 - n) * DAY_MS));
  const heads = days.map((day) => element("th", { scope: "col" }, DAY.format(day)));
  document.querySelector("#polls thead tr").replaceChildren(element("th", { scope: "col" }, words("data_source")), ...heads);
  const known = Object.keys(WORD_OF_SOURCE);
  const sources = [...new Set(polls.map(({ source }) => source))].sort((a, b) => known.indexOf(a) - known.indexOf(b));
  fill("polls", sources.map((source) => row(sourceName(source), ...days.map((day) =>
    pollsCell(polls.find((one) => one.source === source && Date.parse(one.utc_date) === day.getTime()))))), words("no_polls"));
}

function pollsCell(polled) {
  if (!polled) return element("td", { className: "polls unknown", title: words("no_polls_that_day") }, NOBODY_KNOWS);
  const { refused_count, failed_count, gap_count, longest_gap_s } = polled;
  const counts = [["polls_refused", refused_count], ["polls_failed", failed_count], ["polls_gaps", gap_count]]
    .filter(([, n]) => n > 0)
    .map(([name, n]) => words(name, { n: COUNT.format(n) }));
  const longest = longest_gap_s === null ? [] : [words("polls_longest", { lasted: age(longest_gap_s) })];
  const notes = [...longest, ...counts].map((note) => element("small", {}, note));
  return element("td", { className: "polls" }, element("strong", {}, COUNT.format(polled.sound_count)), ...notes);
}

function coverageRow(name, item) {
  return row(name, barCell(item.observed_ratio, percent(item.observed_ratio, EXACT_PER_CENT)), COUNT.format(item.point_count), COUNT.format(item.station_count), COUNT.format(item.n));
}
