// Which view is shown, and when it is asked for again.
"use strict";

const AGAIN_MS = 60000;
const VIEWS = { now, when };

for (const element of document.querySelectorAll(".with-script")) element.hidden = false;
document.getElementById("without-script").hidden = true;
for (const view of Object.values(VIEWS)) view.start();
for (const link of document.querySelectorAll("[data-view]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    state.set("view", link.dataset.view === "now" ? "" : link.dataset.view);
  });
}
window.addEventListener("hashchange", show);
document.getElementById("language").hash = location.hash;
show();
setInterval(show, AGAIN_MS);

async function show() {
  const shown = state.get("view") in VIEWS ? state.get("view") : "now";
  for (const name of Object.keys(VIEWS)) document.getElementById(`view-${name}`).hidden = name !== shown;
  for (const link of document.querySelectorAll("[data-view]")) {
    if (link.dataset.view === shown) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  try {
    await VIEWS[shown].show();
    trouble("");
  } catch (error) {
    trouble(words("away", { reason: error.message }));
  }
}

function trouble(sentence) {
  const notice = document.getElementById("trouble");
  notice.textContent = sentence;
  notice.hidden = !sentence;
}
