// What is selected, in the page's address, so that a link leads to it; and the views, by name.
"use strict";

// Each view's script adds itself: start() is called once, show() whenever the view is to be shown anew. show() returns
// promises, one for each part of the view: a part that fails is said, and costs no other.
const VIEWS = Object.create(null); // no other name is a view, whatever the address says

const state = {
  get: (name) => new URLSearchParams(location.hash.slice(1)).get(name) || "",
  set(name, value) {
    location.hash = this.with(name, value);
  },
  // What would be selected with another value.
  with(name, value) {
    const selected = new URLSearchParams(location.hash.slice(1));
    if (value) selected.set(name, value);
    else selected.delete(name);
    return selected.toString();
  },
};

// Keep a field of a form and a name in the address the same. Returns a function that writes the field and returns its
// value, which is `otherwise` where the address has none, or one that the field does not offer.
function bind(id, name) {
  const field = document.getElementById(id);
  let written;
  field.form?.addEventListener("submit", (event) => event.preventDefault());
  field.addEventListener("change", () => state.set(name, field.value.trim()));
  return (otherwise = "") => {
    const selected = state.get(name) || otherwise;
    // what somebody is typing stays when the view is shown anew
    if (selected !== written || field.options) field.value = written = selected;
    if (field.selectedIndex === -1) field.value = otherwise;
    return field.value;
  };
}
