// What the frame adds where scripts run: nothing works only with it.
"use strict";

// What moves between the press and the release of a pointer loses the click. Whatever changes a page
// by itself waits for `comity.released()`; this script is the first of each page.
let pressed = false;
for (const [name, is] of [["pointerdown", true], ["pointerup", false], ["pointercancel", false]]) {
  addEventListener(name, () => { pressed = is; }, true);
}
addEventListener("blur", () => { pressed = false; }); // released outside of the window
const released = async () => {
  while (pressed) { await new Promise((done) => { setTimeout(done, 50); }); }
};
window.comity = { released };

// Whoever has begun to correct before this script came keeps the focus: a page that scrolls away
// under a press loses it.
const errors = document.querySelector(".errors");
if (errors && document.activeElement === document.body && !pressed) { errors.focus(); }

// An open menu ends before the window does, and scrolls what does not fit; without scripts it is
// given a guess. Its header may be sticky: how much room there is changes as the page scrolls.
const fit = (menu) => {
  const list = menu.querySelector(".menu-list");
  const { top, bottom } = menu.getBoundingClientRect();
  const upwards = list.getBoundingClientRect().top < top;
  const room = Math.floor(upwards ? top : window.innerHeight - bottom) - 8;
  list.style.setProperty("--room", `${room}px`);
  return list;
};
for (const moved of ["resize", "scroll"]) {
  window.addEventListener(moved, () => {
    document.querySelectorAll("details.menu[open]").forEach(fit);
  }, { passive: true });
}

// A menu closes by Escape, by a click beside it, and when the focus leaves it.
for (const menu of document.querySelectorAll("details.menu")) {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (menu.open && !menu.contains(event.target)) { menu.open = false; }
  });
  menu.addEventListener("toggle", async () => {
    await released(); // on a busy machine the press on an entry comes before this event
    if (!menu.open) { return; }
    fit(menu).scrollIntoView({ block: "nearest", behavior: "instant" });
    fit(menu);
  });
  // A press beside an entry gives the focus to what lies around the menu: the menu stays, and
  // Chromium does not die of what vanishes while it is pressed.
  menu.addEventListener("focusout", (event) => {
    const { relatedTarget: next } = event;
    if (!pressed && next && !menu.contains(next)) { menu.open = false; }
  });
}

// A heading that repeats answers does not repeat the old one once it is corrected below.
document.addEventListener("input", (event) => {
  const typed = event.target;
  const chip = /row_identifier_/.test(typed.name) && typed.closest(".idchip");
  if (chip) { chip.querySelector("[data-identifier]").textContent = typed.value || "–"; }
  const heading = typed.closest(".done-group")?.querySelector("summary");
  if (!heading) { return; }
  const told = heading.querySelector(".sum");
  told.textContent = told.dataset.changed;
  for (const mark of heading.querySelectorAll(".mark")) { mark.hidden = true; }
});

// A browser that sends a form over a dead line loses what was typed: then it is not sent. The bell may
// err on a busy machine, so the line is tried before a press is refused.
const dead = document.getElementById("line-lost");
const silent = () => {
  const lost = document.querySelector('#bell [data-part="lost"]');
  return lost !== null && !lost.hidden && dead.hidden; // a second press goes
};
const answers = async () => {
  try {
    const { address } = document.getElementById("bell").dataset;
    await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(10000) });
    return true;
  } catch {
    return false;
  }
};
let tried = null; // the form whose press waits for the trial, or goes after it
let sure = false;
document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  const goes = form.method !== "post" || (form === tried && sure) || (navigator.onLine && !silent());
  if (goes && !(form === tried && !sure)) {
    tried = null;
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  if (form === tried) { return; }
  [tried, sure] = [form, false];
  sure = navigator.onLine && await answers();
  if (sure) {
    form.requestSubmit(submitter);
    return;
  }
  tried = null;
  dead.hidden = false;
  dead.focus();
}, true);
window.addEventListener("online", () => { dead.hidden = true; });

// A part that htmx fetched does not move what is pressed either: it is fetched again afterwards. What
// a person opened in it stays open.
let opened = [];
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!event.detail.shouldSwap) { return; }
  if (!pressed) {
    opened = [...event.detail.target.querySelectorAll("details[id][open]")].map((one) => one.id);
    return;
  }
  event.detail.shouldSwap = false;
  const { elt, verb, path } = event.detail.requestConfig;
  released().then(() => { htmx.ajax(verb, path, { source: elt }); });
});
document.addEventListener("htmx:afterSwap", () => {
  for (const id of opened) { document.getElementById(id)?.setAttribute("open", ""); }
  opened = [];
});
