// What is selected, in the page's address, so that a link leads to it.
"use strict";

const state = {
  get: (name) => new URLSearchParams(location.hash.slice(1)).get(name) || "",
  set(name, value) {
    const selected = new URLSearchParams(location.hash.slice(1));
    if (value) selected.set(name, value);
    else selected.delete(name);
    location.hash = selected.toString();
    document.getElementById("language").hash = location.hash;
  },
};
