"use strict";
// The room stays live by htmx: the clock, and those parts that changed. This says what came, once, and
// says it when nothing comes any more. No field that somebody types into stands in a part that changes.

const live = document.getElementById("room-live");
const clock = document.getElementById("room-clock");
const said = document.getElementById("room-said");
const ended = document.getElementById("room-ended");
const lost = document.getElementById("room-lost");
const summary = () => document.getElementById("room-summary")?.dataset.summary ?? "";

let before = summary();

live.addEventListener("htmx:afterSettle", () => {
  lost.hidden = true;
  if (summary() === before) return;
  before = summary();
  said.textContent = before; // a polite live region: read out when the reader is idle
});

// A session that is over: the room is left as it stands, and nobody asks again.
const stop = () => {
  ended.hidden = false;
  lost.hidden = true;
  clock.replaceWith(clock.cloneNode(true)); // a copy that htmx does not know
};

const missed = () => {
  lost.hidden = false;
};

live.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  if (status === 401 || status === 403 || status === 404) stop();
  else missed();
});
live.addEventListener("htmx:sendError", missed);
live.addEventListener("htmx:timeout", missed);
