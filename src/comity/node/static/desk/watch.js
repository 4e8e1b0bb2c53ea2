"use strict";
// The watch stays live by htmx. This says what changed, once, and says it when nothing comes any more.

const list = document.getElementById("watch-list");
const said = document.getElementById("watch-said");
const ended = document.getElementById("watch-ended");
const lost = document.getElementById("watch-lost");
const summary = () => list.querySelector("[data-summary]")?.dataset.summary ?? "";

let before = summary();

// The face of the clock goes on between two looks, by the node's own time.
const face = () => {
  const shown = list.querySelector("[data-since]");
  const at = list.querySelector("[data-now]")?.dataset;
  if (!shown || !at) return;
  at.seen ??= String(performance.now());
  const gone = Date.parse(at.now) - Date.parse(shown.dataset.since);
  const minutes = Math.max(0, Math.floor((gone + performance.now() - Number(at.seen)) / 60000));
  const digits = [Math.floor(minutes / 60), minutes % 60].map((n) => String(n).padStart(2, "0"));
  shown.querySelector("bdi").textContent = digits.join(":");
};
setInterval(face, 1000);
face();

list.addEventListener("htmx:afterSwap", () => {
  lost.hidden = true;
  if (summary() === before) return;
  before = summary();
  said.textContent = before; // a polite live region: read out when the reader is idle
});

// A session that is over: the list is left as it stands, and nobody asks again.
const stop = () => {
  ended.hidden = false;
  lost.hidden = true;
  list.replaceWith(list.cloneNode(true)); // a copy that htmx does not know
};

const missed = () => {
  lost.hidden = false;
};

list.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  if (status === 401 || status === 403) stop();
  else missed();
});
list.addEventListener("htmx:sendError", missed);
list.addEventListener("htmx:timeout", missed);
