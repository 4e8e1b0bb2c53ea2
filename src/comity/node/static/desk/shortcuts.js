"use strict";
// Keyboard shortcuts. What each key does is read from the page of shortcuts, which people read too.

const address = document.body.dataset.shortcuts; // absent where they are switched off
const WAIT_MS = 1500;
const FIELDS = "input, textarea, select, [contenteditable], dialog";
const ITEMS = "main :is(.item, tbody > tr, .choices > dt, .entry, .timeline > li)";
const ACKNOWLEDGE = 'main :is([action$="/acknowledge"] button, [href$="/request.acknowledged"])';

let read = null; // the page of shortcuts, asked for once
let begun = ""; // the first of two keys
let forget = 0;

const table = async () => {
  const answer = await fetch(address);
  if (!answer.ok || answer.redirected) { throw new Error("no shortcuts"); }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return document.importNode(page.getElementById("shortcuts"), true);
};

const visible = (one) => one !== null && one.checkVisibility() && !one.disabled;

const step = (by) => {
  const links = Array.from(document.querySelectorAll(ITEMS), (one) => one.querySelector("a[href], summary"));
  const found = links.filter(visible);
  const here = found.findIndex((one) => one === document.activeElement);
  const next = here < 0 ? (by > 0 ? 0 : found.length - 1) : here + by;
  if (found[next]) { found[next].focus(); }
};

const show = (list) => {
  const before = document.activeElement;
  const dialog = document.createElement("dialog");
  const title = list.querySelector("h1");
  title.id = "shortcuts-title";
  dialog.setAttribute("aria-labelledby", title.id);
  list.querySelector("form[method=dialog]").hidden = false;
  dialog.append(list);
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    before.focus();
  });
  dialog.showModal();
};

const ACTS = {
  list: (list) => show(list.cloneNode(true)),
  search: () => document.getElementById("find")?.focus(),
  next: () => step(1),
  previous: () => step(-1),
  open: () => undefined, // the browser opens what has the focus
  acknowledge: () => Array.from(document.querySelectorAll(ACKNOWLEDGE)).find(visible)?.click(),
};

// The letter on the key, also where the keyboard writes another script.
const letter = (event) =>
  /^Key[A-Z]$/.test(event.code) && !/^[\x20-\x7e]$/.test(event.key)
    ? event.code.slice(3).toLowerCase()
    : event.key;

const press = async (key) => {
  read ??= table();
  const list = await read;
  const rows = Array.from(list.querySelectorAll("[data-keys]"));
  const keys = begun ? `${begun} ${key}` : key;
  begun = "";
  clearTimeout(forget);
  const row = rows.find((one) => one.dataset.keys === keys);
  if (row?.dataset.go) {
    location.assign(row.dataset.go);
  } else if (row) {
    ACTS[row.dataset.does](list);
  } else if (rows.some((one) => one.dataset.keys.startsWith(`${keys} `))) {
    begun = key;
    forget = setTimeout(() => { begun = ""; }, WAIT_MS);
  }
};

let turn = Promise.resolve(); // keys that come while the list is read wait for their turn
document.addEventListener("keydown", (event) => {
  const held = event.ctrlKey || event.altKey || event.metaKey || event.isComposing;
  if (!address || held || event.defaultPrevented || event.target.closest(FIELDS)) { return; }
  const key = letter(event);
  if (key.length !== 1 || key === " ") { return; }
  if (key === "/") { event.preventDefault(); } // a browser's own search
  turn = turn.then(() => press(key)).catch(() => { read = null; });
});
