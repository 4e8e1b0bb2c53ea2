// Brings what is required beside a form, and how far each of its groups is, up to date while it is
// filled: of every form in groups. The server judges what is typed, as by "Check requirements"; no
// field is touched, and no group opens or folds. Without this script the server does it with its
// next answer.
"use strict";

const PAUSE_MS = 700;
const form = document.getElementById("message-form");
let timer = 0;
let asking = null;

const put = (old, made, place) => {
  if (!made) { old?.remove(); return; }
  const told = document.importNode(made, true);
  if (!old) { place.append(told); return; }
  if (old.innerHTML !== made.innerHTML) { old.replaceChildren(...told.childNodes); } // kept: it is a live region
};

// The line of a group stands in its heading where it is folded, else beside its fields, unseen.
const line = (group) => group.querySelector(":scope > summary") ?? group.querySelector(":scope > template")?.content;
const tab = (root, group) => root.querySelector(`.groups [href="#${group.id}"]`);

const sign = (group, made, page) => {
  const [told, now] = [group.matches("details") && line(group), line(made)];
  if (told && now) {
    for (const part of [".sum", ".mark"]) {
      told.querySelector(part).replaceWith(document.importNode(now.querySelector(part), true));
    }
  }
  const [old, fresh] = [tab(form, group), tab(page, group)];
  if (old && fresh && old.innerHTML !== fresh.innerHTML) {
    old.replaceChildren(...document.importNode(fresh, true).childNodes);
  }
};

const refresh = async () => {
  asking?.abort();
  asking = new AbortController();
  const data = new FormData(form);
  for (const [name, value] of [...data]) {
    if (value instanceof File) { data.delete(name); }
  }
  data.set("look", "1");
  const { signal } = asking;
  try {
    const answer = await fetch(location.href, {
      method: "POST", body: data, credentials: "same-origin", redirect: "error", signal,
    });
    if (!answer.ok) { return; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    await comity.released();
    if (signal.aborted) { return; }
    for (const group of form.querySelectorAll("[id^='group-']")) {
      const made = page.getElementById(group.id);
      if (!made) { continue; }
      const place = group.matches(".ask") ? group : group.querySelector(".ask");
      put(group.querySelector(".need"), made.querySelector(".need"), place);
      sign(group, made, page);
    }
    put(form.querySelector(".identity .facts"), page.querySelector("#message-form .identity .facts"), null);
  } catch {
    // a broken line, or a newer question: what stands there stays, and the button asks again
  }
};

const later = (event) => {
  if (!event.target.name) { return; }
  clearTimeout(timer);
  timer = setTimeout(refresh, PAUSE_MS);
};
form.addEventListener("input", later);
form.addEventListener("change", later);
form.addEventListener("submit", () => {
  clearTimeout(timer);
  asking?.abort();
});
