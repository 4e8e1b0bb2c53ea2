// What the frame adds where scripts run: nothing works only with it.
"use strict";

const errors = document.querySelector(".errors");
if (errors) { errors.focus(); }

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
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) { menu.open = false; }
  });
}

// A browser that sends a form over a dead line loses what was typed: then it is not sent.
const dead = document.getElementById("line-lost");
const silent = () => {
  const lost = document.querySelector('#bell [data-part="lost"]');
  return lost !== null && !lost.hidden && dead.hidden; // the bell may err: a second press goes
};
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post" || (navigator.onLine && !silent())) { return; }
  event.preventDefault();
  event.stopImmediatePropagation();
  dead.hidden = false;
  dead.focus();
}, true);
window.addEventListener("online", () => { dead.hidden = true; });
