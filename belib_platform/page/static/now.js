// What is free now: figures, map, the nearest, and the weather.
"use strict";

const OLD_S = 3600;
const DRY_MM = 0.1;
const FIELDS = ["power", "arrondissement"];

const now = {
  start() {
    map.start();
    nearest.start();
    for (const name of FIELDS) {
      document.getElementById(name).addEventListener("change", (event) => state.set(name, event.target.value));
    }
    document.getElementById("free").addEventListener("change", (event) => state.set("free", event.target.checked ? "1" : ""));
    document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
  },

  async show() {
    for (const name of FIELDS) document.getElementById(name).value = state.get(name);
    document.getElementById("free").checked = state.get("free") === "1";
    map.fit();
    await showPresent();
  },
};

async function showPresent() {
  const asked = { power_min: state.get("power"), arrondissement: state.get("arrondissement") };
  const [totals, stations, weather] = await Promise.all([
    ask("totals", asked),
    askAll("stations", { ...asked, free_min: state.get("free") ? 1 : "" }),
    ask("weather", { hours: 6 }),
  ]);
  map.areas = map.areas || await ask("arrondissements").catch(() => null);
  showTotals(totals);
  showWeather(weather.items);
  showLicences(weather.licences);
  map.show(stations);
  nearest.offer(stations);
  await nearest.show(asked.power_min);
}

function showTotals(totals) {
  const unknown = totals.unknown_count + totals.unobserved_count;
  const counts = { available: totals.available_count, charging: totals.charging_count, out_of_order: totals.out_of_order_count, unknown };
  for (const [name, count] of Object.entries(counts)) document.getElementById(name).textContent = COUNT.format(count);
  document.getElementById("figures").hidden = false;
  const of = words("of_points", { points: COUNT.format(totals.point_count), stations: COUNT.format(totals.station_count) });
  const at = words("read_at", { time: DAY_AND_CLOCK.format(new Date(totals.newest_response_at)), age: age(totals.age_s) });
  const old = totals.age_s > OLD_S ? ` ${words("old", { age: age(totals.age_s) })}` : "";
  document.getElementById("reading").textContent = `${of}. ${at}.${old}`;
}

function showWeather(steps) {
  const [next] = steps;
  const rainy = steps.find((step) => step.precipitation_mm >= DRY_MM);
  document.getElementById("temperature").textContent =
    next && next.temperature_c !== null ? `${COUNT.format(Math.round(next.temperature_c))} °C` : "–";
  const clock = (step, seconds) => CLOCK.format(new Date(new Date(step.valid_at) - seconds * 1000));
  document.getElementById("rain").textContent = !next
    ? words("no_weather")
    : rainy === next
      ? words("rain_now")
      : rainy
        ? words("rain_at", { time: clock(rainy, rainy.interval_s) })
        : words("dry_until", { time: clock(steps[steps.length - 1], 0) });
}

function showLicences(licences) {
  const items = licences.map(({ licence, url, attribution }) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = url;
    link.textContent = licence;
    item.append(link, ` – ${attribution}`);
    return item;
  });
  document.getElementById("licences").replaceChildren(...items);
}
