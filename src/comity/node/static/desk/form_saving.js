"use strict";
// Saves a form to the server while it is filled. Without this script "Save for later" saves it.

const EVERY_MS = 3000;

for (const told of document.querySelectorAll("[data-saves]")) {
  const form = told.closest("form");
  const field = (name) => form.elements.namedItem(`saving-${name}`);
  const typed = () => {
    const data = new FormData(form);
    for (const [name, value] of [...data]) {
      if (value instanceof File) { data.delete(name); }
    }
    return data;
  };
  const digest = () => {
    const data = typed();
    for (const name of ["key", "version", "window"]) { data.delete(`saving-${name}`); }
    return new URLSearchParams(data).toString();
  };
  let saved = digest();
  let sending = false;
  let handedIn = false;

  const save = async () => {
    const now = digest();
    if (sending || handedIn || now === saved) { return; }
    sending = true;
    try {
      const data = typed();
      data.set("saving", "auto");
      const answer = await fetch(location.href, { method: "POST", body: data, credentials: "same-origin" });
      if (answer.status !== 200 && answer.status !== 422) { throw new Error(String(answer.status)); }
      const said = await answer.json();
      if (said.key && !handedIn) {
        field("key").value = said.key;
        field("version").value = said.version;
        saved = now;
        history.replaceState(history.state, "", said.address);
      }
      await comity.released();
      told.textContent = said.beside ? `${said.told}. ${told.dataset.beside}` : said.told;
    } catch {
      await comity.released();
      told.textContent = told.dataset.failed;
    } finally {
      sending = false;
    }
  };

  const timer = setInterval(save, EVERY_MS);
  document.addEventListener("visibilitychange", () => { if (document.hidden) { save(); } });
  form.addEventListener("submit", () => {
    handedIn = true;
    clearInterval(timer);
  });
}
