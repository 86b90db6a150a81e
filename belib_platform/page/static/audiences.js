// Who asks what: for each audience three figures, what they are of, and where to find more.
"use strict";

const SATURDAY = 6;

VIEWS.audiences = {
  start() {},

  show() {
    const [totals, weather, city] = [ask("totals"), ask("weather", { hours: NEXT_HOURS }), ask("reliability", { by: "city", days: 28 })];
    const longest = (others) => ask("outages", { ...others, limit: 1 });
    return [
      this.drivers(totals, ask("rhythms")),
      ...this.ofBikes(weather),
      this.operators(totals, longest({ going_on: true })),
      this.planners(ask("saturation", { by: "arrondissement", limit: 1 }), ask("saturation", { by: "city" })),
      this.insurers(city, longest()),
      this.researchers(ask("reliability", { by: "city", days: 91 }), ask("quality")),
      this.developers(totals),
      this.tourists(...[{ power_min: 22 }, { power_min: 50 }, { payment: "single" }].map((kind) => ask("totals", kind))),
    ];
  },

  async drivers(totals, rhythms) {
    const [now, past] = await Promise.all([totals, rhythms]);
    showLicences(past);
    const { weekday, hour } = nowInParis();
    const usual = past.items.find((item) => item.weekday === weekday && item.hour === hour);
    const label = words("usually_free", { weekday: weekdayName(weekday), hour: hourName(hour) });
    this.tell("drivers",
      this.free(now, words("points_free")),
      this.share(usual, usual?.free_ratio, label, words("of_observed_dates", {
        n: COUNT.format(usual?.n), range: between(usual?.free_low ?? null, usual?.free_high ?? null),
      })),
      [this.counted(now, now.unknown_count + now.unobserved_count), words("points_unknown"), words("unknown_hint")]);
  },

  // What is told of bikes, where there are any.
  ofBikes(weather) {
    if (!PRESENT.includes("velib")) return [this.cyclists(weather, null, null)];
    const [stations, rhythms] = [askAll("bike-stations"), ask("bikes/rhythms", { what: "bike" })];
    return [this.cyclists(weather, stations, rhythms), this.bikeOperators(stations, rhythms, ask("bike-tomorrow")), this.bikeTourists(stations, rhythms)];
  },

  async cyclists(weather, stations, rhythms) {
    const [{ items }, now, past] = await Promise.all([weather, stations, rhythms]);
    const [next] = items;
    const { weekday } = nowInParis();
    const bikes = now
      ? [this.bikes(now, ({ bikes: count }) => count, "bikes_free", "at_stations"), this.bestHour(past, weekday)]
      : [this.missing(words("bikes_free"), words("no_bikes"))];
    if (!next) return this.tell("cyclists", ...bikes, this.missing(words("weather"), words("no_weather")));
    const gusts = next.wind_gust_kmh === null ? NOBODY_KNOWS : words("kmh", { n: COUNT.format(Math.round(next.wind_gust_kmh)) });
    write("cyclists-note", words("cyclists_weather", { rain: inSentence(rainInWords(items)), temperature: degrees(next), gusts }));
    const hour = { from: clockOf(next, next.interval_s), to: clockOf(next) };
    const known = words("forecast_by", { source: sourceName(next.provider), time: DAY_AND_CLOCK.format(new Date(next.available_at)) });
    this.tell("cyclists", ...bikes, [millimetres(next), words("rain_from", hour), known]);
  },

  async bikeOperators(stations, rhythms, tomorrow) {
    const [now, past, forecast] = await Promise.all([stations, rhythms, tomorrow]);
    const count = (name) => COUNT.format(now.items.filter(HAS_STATE[name]).length);
    write("bike-operators-note", words("bike_operators_note", { closed: count("closed"), not_reporting: count("not_reporting"), unobserved: count("unobserved") }));
    this.tell("bike-operators",
      this.bikes(now, ({ empty }) => empty, "stations_now_empty", "of_open_stations"),
      this.bikes(now, ({ full }) => full, "stations_now_full", "of_open_stations"),
      this.emptyTomorrow(forecast) || this.hourOfWeek(past.items, (a, b) => a.free_ratio - b.free_ratio, "worst_hour",
        ({ free_ratio, free_low, free_high }) => [1 - free_ratio, 1 - free_high, 1 - free_low]));
  },

  // The part of the next date in which most stations are expected to be empty; null without a forecast.
  emptyTomorrow({ items, target_date, issued_at }) {
    const known = items.filter((item) => item.no_bike_ratio !== null);
    if (!known.length) return null;
    const [[part, count]] = PARTS.map((one) => [one, mostlyLacking(known, "no_bike_ratio", one)]).sort((a, b) => b[1] - a[1]);
    return [COUNT.format(count), words("empty_tomorrow", { date: day(target_date), part: partName(part) }),
      words("forecast_of", { issued: DAY_AND_CLOCK.format(new Date(issued_at)), n: COUNT.format(known.filter((item) => item.part === part).length) })];
  },

  async bikeTourists(stations, rhythms) {
    const [now, past] = await Promise.all([stations, rhythms]);
    const having = (what) => () => now.items.filter((station) => freeAt(station, what) >= 2).length;
    this.tell("bike-tourists",
      this.bikes(now, having("bike"), "stations_for_two", "of_open_stations"),
      this.bikes(now, having("dock"), "docks_for_two", "of_open_stations"),
      this.bestHour(past, SATURDAY));
  },

  // A number of bikes or stations now, unless nothing is known of any.
  bikes(now, count, label, of) {
    const sums = sumsOfBikes(now.items);
    const isKnown = now.items.some((station) => station.state !== "unobserved");
    return [isKnown ? COUNT.format(count(sums)) : NOBODY_KNOWS, words(label), words(of, { open: COUNT.format(sums.open), age: age(ageOf(now)) })];
  },

  // The hour of a weekday at which there was most often a bike.
  bestHour({ items }, weekday) {
    const ofDay = items.filter((item) => item.weekday === weekday);
    const shares = ({ free_ratio, free_low, free_high }) => [free_ratio, free_low, free_high];
    return this.hourOfWeek(ofDay, (a, b) => b.free_ratio - a.free_ratio, "best_hour", shares, weekday);
  },

  // The first hour in an order, with its share and the interval of that.
  hourOfWeek(items, order, label, shares, weekday = null) {
    const [first] = items.filter((item) => item.free_ratio !== null).sort(order);
    if (!first) return this.missing(words(label, { weekday: weekday ? inSentence(weekdayName(weekday)) : NOBODY_KNOWS }));
    const [share, low, high] = shares(first);
    return [hourName(first.hour), words(label, { weekday: inSentence(weekdayName(first.weekday)) }),
      words("with_a_bike", { share: percent(share), n: COUNT.format(first.n), range: between(low, high) })];
  },

  async operators(totals, outages) {
    const [now, longest] = await Promise.all([totals, outages]);
    const of = this.ofPoints(now);
    this.tell("operators",
      [this.counted(now, now.out_of_order_count), words("points_out_of_order"), of],
      this.outage(longest, "longest_going_on", "none_going_on"),
      [this.counted(now, now.unknown_count), words("points_without_contact"), of]);
  },

  async planners(byArrondissement, ofCity) {
    const [{ items: [worst] }, { items: [city] }] = await Promise.all([byArrondissement, ofCity]);
    const nth = worst ? arrondissementName(worst.arrondissement) : NOBODY_KNOWS;
    if (worst) document.getElementById("planners-hours").href = `#view=when&in=${worst.arrondissement}`;
    const of = (item) => item && words("of_days_between", {
      n: COUNT.format(item.n), range: between(item.none_free_low, item.none_free_high, EXACT_PER_CENT), known: percent(item.observed_ratio),
    });
    this.tell("planners",
      this.share(worst, worst?.none_free_ratio, words("most_saturated", { nth }), of(worst), EXACT_PER_CENT),
      this.share(city, city?.none_free_ratio, words("saturated_in_paris"), of(city), EXACT_PER_CENT),
      worst
        ? [words("hours", { n: COUNT.format(worst.longest_none_free_hours) }), words("longest_none_free", { nth }),
          words("of_days_known", { n: COUNT.format(worst.n), known: percent(worst.observed_ratio) })]
        : this.missing(words("longest_none_free", { nth })));
  },

  async insurers(reliability, outages) {
    const [{ items: [city] }, longest] = await Promise.all([reliability, outages]);
    const of = city && this.ofDays(city);
    this.tell("insurers",
      this.share(city, city?.uptime_lower_ratio, words("up_if_unknown_is_down"), of, EXACT_PER_CENT),
      this.share(city, city?.uptime_upper_ratio, words("up_if_unknown_is_up"), of, EXACT_PER_CENT),
      this.outage(longest, "longest_outage", "no_outage"));
  },

  async researchers(reliability, quality) {
    const [{ items, first_date, last_date }, { polls, as_of }] = await Promise.all([reliability, quality]);
    const [city] = items;
    const full = polls.filter(({ source, utc_date }) => source === "belib" && utc_date < as_of.slice(0, 10)).pop();
    const date = full && { day: day(full.utc_date) };
    const days = city && words("of_dates_from", {
      n: COUNT.format(city.n), first: day(first_date), last: day(last_date), points: COUNT.format(city.point_count),
    });
    this.tell("researchers",
      this.share(city, city?.observed_ratio, words("time_observed"), days, EXACT_PER_CENT),
      ...(full ? [
        [COUNT.format(full.sound_count), words("polls_used", date), words("polls_lost", { refused: COUNT.format(full.refused_count), failed: COUNT.format(full.failed_count) })],
        [full.longest_gap_s === null ? NOBODY_KNOWS : age(full.longest_gap_s), words("longest_gap", date), words("gaps", { n: COUNT.format(full.gap_count) })],
      ] : [this.missing(words("polls_used", { day: NOBODY_KNOWS }), words("no_full_day"))]));
  },

  async developers(totals) {
    const now = await totals;
    const points = COUNT.format(now.point_count);
    this.tell("developers",
      [age(ageOf(now)), words("reading_age"), DAY_AND_CLOCK.format(new Date(now.newest_response_at))],
      [COUNT.format(now.station_count), words("stations_told"), words("with_points", { points })],
      [COUNT.format(now.unobserved_count), words("points_unobserved"), words("null_of", { points })]);
  },

  async tourists(...kinds) {
    const [fast, faster, single] = await Promise.all(kinds);
    this.tell("tourists",
      this.free(fast, words("free_from_kw", { kw: 22 })),
      this.free(faster, words("free_from_kw", { kw: 50 })),
      this.free(single, words("free_single")));
  },

  // Figures of an audience: each a value, what it is, and what it is of.
  tell(audience, ...figures) {
    document.getElementById(audience).replaceChildren(...figures.map(([value, label, of]) => element("div", {},
      element("dt", {}, label), element("dd", { className: "value" }, value), element("dd", { className: "hint" }, of))));
  },

  missing(label, sentence = words("no_statistics")) {
    return [NOBODY_KNOWS, label, sentence];
  },

  share(item, share, label, of, format = PER_CENT) {
    return item ? [percent(share, format), label, of] : this.missing(label);
  },

  free(told, label) {
    return [this.counted(told, told.available_count), label, this.ofPoints(told)];
  },

  // A number of points, unless the state of none is known.
  counted(told, count) {
    return told.unobserved_count === told.point_count && count !== told.point_count ? NOBODY_KNOWS : COUNT.format(count);
  },

  ofPoints(told) {
    return words("of_points_read", { points: COUNT.format(told.point_count), age: age(ageOf(told)) });
  },

  ofDays({ n, observed_ratio }) {
    return words("of_days", { n: COUNT.format(n), observed: percent(observed_ratio) });
  },

  outage({ items, last_date }, label, none) {
    const [outage] = items;
    if (!outage && !last_date) return this.missing(words(none));
    if (!outage) return [COUNT.format(0), words(none), day(last_date)];
    const [from, to] = [outage.first_seen_at, outage.last_seen_at].map((at) => DAY_AND_CLOCK.format(new Date(at)));
    return [age(outage.observed_s), words(label, { station: outage.station_name || outage.charge_point_id }), words("seen_from", { from, to })];
  },
};
