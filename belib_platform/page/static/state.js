// What is selected, in the page's address, so that a link leads to it; and the views, by name.
"use strict";

// Each view's script adds itself: start() is called once, show() whenever the view is to be shown anew. show() returns
// promises, one for each part of the view: a part that fails is said, and costs no other.
const VIEWS = {};

const state = {
  get: (name) => new URLSearchParams(location.hash.slice(1)).get(name) || "",
  set(name, value) {
    const selected = new URLSearchParams(location.hash.slice(1));
    if (value) selected.set(name, value);
    else selected.delete(name);
    location.hash = selected.toString();
  },
};

// Keep a field of a form and a name in the address the same. Returns a function that writes the field.
function bind(id, name, isTick = false) {
  const field = document.getElementById(id);
  field.form?.addEventListener("submit", (event) => event.preventDefault());
  field.addEventListener("change", () => state.set(name, isTick ? (field.checked ? "1" : "") : field.value.trim()));
  return (value = state.get(name)) => (isTick ? (field.checked = value === "1") : (field.value = value));
}
