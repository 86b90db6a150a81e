// Questions to the read API beside which the page is served, or to its answers in files where the page is one.
"use strict";

const SLOW_MS = 15000;
const WRITTEN_AT = document.documentElement.dataset.writtenAt;
const inFiles = new Map();
const newsKnown = new Map(); // by address: how often something was heard of when it was asked
let newsHeard = 0; // how often it was by now: answers that the browser keeps from before may have changed since

// What the API does not tell, and why.
class Missing extends Error {}

// The answer is about the network that was shown when it was asked for; another one is shown by now.
class OfOtherNetwork extends Error {}

const WORD_OF_STATUS = { 404: "not_there", 429: "too_many", 503: "nothing_known" };

// The answer of an endpoint. Throws Missing and OfOtherNetwork.
async function ask(path, parameters = {}) {
  const given = Object.entries(parameters).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  const shown = network();
  const answer = await (WRITTEN_AT ? answerInFile(path, given) : answerOfApi(path, given));
  if (network() !== shown) throw new OfOtherNetwork();
  return answer;
}

async function answerOfApi(path, given) {
  await heard.opened; // what changes from here on is heard of
  const query = new URLSearchParams(given).toString();
  const address = query ? `v1/${path}?${query}` : `v1/${path}`;
  const heardBefore = newsHeard;
  const isOld = (newsKnown.get(address) || 0) < heardBefore;
  let answer, told;
  try {
    answer = await fetch(address, { cache: isOld ? "no-cache" : "default", signal: AbortSignal.timeout(SLOW_MS) });
    told = answer.ok && await answer.json();
    if (answer.ok) newsKnown.set(address, heardBefore);
  } catch {
    throw new Missing(words("api_away"));
  }
  if (!answer.ok) throw new Missing(words(WORD_OF_STATUS[answer.status] || "api_refuses"));
  return told;
}

// Answers lie beside the page as scripts, since a page that is a file may fetch nothing.
async function answerInFile(path, given) {
  const name = [path, ...given.map(([key, value]) => `${key}=${value}`).sort()].join(",").replace(/[^\w=,.-]/g, "-");
  if (!inFiles.has(name)) await loaded(`answers/${name}.js`).catch(() => inFiles.set(name, null));
  if (!inFiles.get(name)) throw new Missing(words("not_in_files"));
  return inFiles.get(name);
}

// Called by these scripts.
function answerIs(name, told) {
  inFiles.set(name, told);
}

function loaded(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.async = false; // scripts run in the order in which they are asked for
    script.addEventListener("load", resolve);
    script.addEventListener("error", () => reject(new Missing(words("file_missing"))));
    document.head.append(script);
  });
}

// All items of all pages, with the rest of the first answer.
async function askAll(path, parameters) {
  const first = await ask(path, { ...parameters, limit: 1000 });
  const items = [...first.items];
  for (let cursor = first.next_cursor; cursor; ) {
    const told = await ask(path, { ...parameters, limit: 1000, cursor });
    items.push(...told.items);
    cursor = told.next_cursor;
  }
  return { ...first, items };
}

// Seconds since the newest response that an answer knew; a page in files grows older than its answers.
function ageOf(told) {
  return WRITTEN_AT ? (Date.now() - new Date(told.newest_response_at)) / 1000 : told.age_s;
}
