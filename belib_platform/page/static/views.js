// Which view is shown, and when it is asked for again.
"use strict";

const AGAIN_MS = 60000;
const FIRST = "now";

const NAMES = [...document.querySelectorAll("[data-view]")].map((link) => link.dataset.view);
const OTHERS = document.documentElement.dataset.others.split(" "); // scripts of all views but the first
const arriving = new Map(); // those that were asked for, each with its promise
const started = new Set();
const asking = new Map(); // views whose answers are awaited, and whether something else was selected meanwhile

for (const found of document.querySelectorAll(".with-script")) found.hidden = false;
document.getElementById("without-script").hidden = true;
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault(); // what is selected is in the address, where the link's target would replace it
  document.getElementById("main").focus();
});
window.addEventListener("hashchange", show);
document.addEventListener("visibilitychange", () => (document.hidden ? heard.listen(false) : show()));
show();
if (!WRITTEN_AT) setInterval(show, AGAIN_MS); // also where changes are heard of: the age of the reading grows

// Show what is selected. What is selected meanwhile is shown afterwards, so that no older answer comes last; another view
// does not wait for it.
async function show() {
  const name = chosenView();
  turnTo(name);
  document.getElementById("main").ariaBusy = "true";
  if (asking.has(name)) return asking.set(name, true);
  asking.set(name, false);
  if (!WRITTEN_AT) heard.listen(name === FIRST);
  const parts = await partsOf(name);
  const isOutdated = asking.get(name);
  asking.delete(name);
  const rejected = parts.filter(({ status }) => status === "rejected").map(({ reason }) => reason);
  const reasons = rejected.filter((reason) => !(reason instanceof OfOtherNetwork)); // which is asked again
  for (const reason of reasons) if (!(reason instanceof Missing)) console.error(reason);
  if (name !== chosenView()) return;
  document.getElementById("main").ariaBusy = "false";
  const sentence = WRITTEN_AT ? "missing_figures" : "away";
  trouble(reasons.length ? words(sentence, { reason: reasons[0] instanceof Missing ? reasons[0].message : words("page_fails") }) : "");
  if (isOutdated) await show();
}

// The parts of a view, shown or not. Scripts of other views than the first arrive when one of them is first shown.
async function partsOf(name) {
  const missing = name in VIEWS ? [] : OTHERS;
  const arrived = await Promise.allSettled(missing.map(arrival));
  const lost = arrived.filter(({ status }) => status === "rejected");
  if (lost.length) return lost;
  for (const [other, view] of Object.entries(VIEWS)) {
    if (!started.has(other)) view.start();
    started.add(other);
  }
  return Promise.allSettled(VIEWS[name].show());
}

// Ask for a script, once unless it did not arrive.
function arrival(file) {
  if (!arriving.has(file)) {
    arriving.set(file, loaded(`page/${file}`).catch((reason) => {
      arriving.delete(file);
      throw reason;
    }));
  }
  return arriving.get(file);
}

function chosenView() {
  return NAMES.includes(state.get("view")) ? state.get("view") : FIRST;
}

function turnTo(name) {
  turnToNetwork();
  document.getElementById("language").hash = location.hash;
  for (const view of NAMES) document.getElementById(`view-${view}`).hidden = view !== name;
  for (const link of document.querySelectorAll("[data-view]")) {
    const selected = state.with("view", link.dataset.view === FIRST ? "" : link.dataset.view);
    link.setAttribute("href", `#${selected}`);
    if (link.dataset.view === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function trouble(sentence) {
  const notice = document.getElementById("trouble");
  notice.textContent = sentence;
  notice.hidden = !sentence;
}
