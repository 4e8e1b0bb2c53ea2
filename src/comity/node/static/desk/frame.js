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
