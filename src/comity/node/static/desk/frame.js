// What the frame adds where scripts run: nothing works only with it.
"use strict";

const errors = document.querySelector(".errors");
if (errors) { errors.focus(); }

const account = document.querySelector("details.account");
if (account) {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && account.open) {
      account.open = false;
      account.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (account.open && !account.contains(event.target)) { account.open = false; }
  });
  account.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !account.contains(event.relatedTarget)) { account.open = false; }
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
