"use strict";
// A test request goes on: loads the page again when it has come further, and not before.

const PAUSE_MS = 1500;
const here = document.querySelector("[data-echo]");

const look = async () => {
  try {
    const answer = await fetch(window.location.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const there = page.querySelector("[data-echo]");
    if (there === null || there.dataset.echo !== here.dataset.echo) window.location.reload();
  } catch {
    // the node was busy; the next look will tell
  }
  window.setTimeout(look, PAUSE_MS);
};

if (here !== null && "goesOn" in here.dataset) window.setTimeout(look, PAUSE_MS);
