// Questions to the read API beside which the page is served.
"use strict";

// The answer of an endpoint. Throws an Error whose message is the API's sentence.
async function ask(path, parameters = {}) {
  const given = Object.entries(parameters).filter(([, value]) => value !== "" && value !== null);
  const query = new URLSearchParams(given).toString();
  const answer = await fetch(query ? `v1/${path}?${query}` : `v1/${path}`);
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.detail);
  return told;
}

// All items of all pages.
async function askAll(path, parameters) {
  const items = [];
  let cursor = null;
  do {
    const told = await ask(path, { ...parameters, limit: 1000, cursor });
    items.push(...told.items);
    cursor = told.next_cursor;
  } while (cursor);
  return items;
}
