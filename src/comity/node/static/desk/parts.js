// On a phone the parts of a case are tabs. The sheet shows the part that the address names, so they
// work as links without this script; it gives them the roles, and the arrow keys, of tabs.
"use strict";

const list = document.querySelector(".parts");
const narrow = matchMedia("(max-width: 48rem)");
const tabs = [...list.querySelectorAll("a")];
const panel = (tab) => document.getElementById(tab.hash.slice(1)).closest(".panels > *, aside > section");
const panels = new Map(tabs.map((tab) => [tab, panel(tab)]));

const shown = () => {
  const target = document.querySelector(":target");
  return tabs.find((tab) => panels.get(tab).contains(target)) ?? tabs[0];
};

const set = (element, values) => {
  for (const [name, value] of Object.entries(values)) {
    if (narrow.matches) { element.setAttribute(name, value); } else { element.removeAttribute(name); }
  }
};

const tell = () => {
  const here = shown();
  set(list, { role: "tablist" });
  for (const [tab, part] of panels) {
    set(tab, { role: "tab", "aria-selected": String(tab === here), tabindex: tab === here ? "0" : "-1" });
    set(part, { role: "tabpanel" });
  }
  return here;
};

const turn = { ArrowRight: 1, ArrowLeft: -1 };
list.addEventListener("keydown", (event) => {
  const here = tabs.indexOf(event.target);
  if (!narrow.matches || here < 0) { return; }
  const way = document.dir === "rtl" ? -1 : 1;
  const ends = { Home: 0, End: tabs.length - 1 };
  const next = event.key in turn ? here + way * turn[event.key] : ends[event.key];
  if (next === undefined) { return; }
  event.preventDefault();
  tabs.at(next % tabs.length).click();
});
window.addEventListener("hashchange", () => {
  const here = tell();
  if (narrow.matches && here.hash === location.hash) { here.focus({ preventScroll: true }); }
});
narrow.addEventListener("change", tell);
tell();
