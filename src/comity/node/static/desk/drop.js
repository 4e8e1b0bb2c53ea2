"use strict";
// Files dragged onto a form, with what was chosen, how far it is and a way to stop it. Each field
// keeps its own file button; the sentences stand in the zone's data attributes.

const part = (zone, name) => zone.querySelector(`[data-part="drop-${name}"]`);
const fill = (sentence, values) =>
  Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, value), sentence);
const mebibytes = (bytes) => (bytes / 1024 / 1024).toFixed(1);
const inputs = (zone) => Array.from(zone.querySelectorAll("input[type=file]"));
const made = (told) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn";
  button.textContent = told;
  return button;
};
const brings = (event) => Array.from(event.dataTransfer?.types ?? []).includes("Files");

const takes = (input, file) =>
  (input.accept || "").split(",").map((one) => one.trim().toLowerCase()).filter(Boolean)
    .some((one) => (one.startsWith(".") ? file.name.toLowerCase().endsWith(one) : file.type === one));

const put = (input, files) => {
  const held = new DataTransfer();
  for (const file of files) { held.items.add(file); }
  input.files = held.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
};

// The field for a file: one that names its ending, else one that takes anything.
const place = (zone, file) =>
  inputs(zone).find((input) => takes(input, file)) ?? inputs(zone).find((input) => !input.accept);

const list = (zone) => {
  const chosen = part(zone, "chosen");
  chosen.replaceChildren();
  for (const input of inputs(zone)) {
    for (const file of input.files) {
      const row = document.createElement("li");
      const name = document.createElement("bdi");
      name.textContent = `${file.name} (${mebibytes(file.size)} MiB)`;
      const remove = made(zone.dataset.sayRemove);
      remove.setAttribute("aria-label", `${zone.dataset.sayRemove}: ${file.name}`);
      remove.addEventListener("click", () => {
        put(input, Array.from(input.files).filter((one) => one !== file));
        input.focus();
      });
      row.append(name, " ", remove);
      chosen.append(row);
    }
  }
  chosen.hidden = !chosen.children.length;
};

const say = (zone, sentence) => { part(zone, "status").textContent = sentence; };

const drop = (zone, files) => {
  const refused = [];
  for (const file of files) {
    const input = place(zone, file);
    if (input) { put(input, input.multiple ? [...input.files, file] : [file]); }
    else { refused.push(file.name); }
  }
  if (refused.length) { say(zone, fill(zone.dataset.sayRefused, { name: refused.join(", ") })); }
};

const plain = (request) =>
  (request.getResponseHeader("Content-Type") ?? "").startsWith("text/plain");

// A form with files is sent here, so that how far it is can be shown, and nothing is lost with the
// line. A form that another script sends keeps its own way.
const send = (zone, form, button) => {
  const request = new XMLHttpRequest();
  const moving = (yes) => {
    part(zone, "progress").hidden = !yes;
    if (!yes) { stop.remove(); }
    for (const one of form.querySelectorAll("[type=submit]")) { one.disabled = yes; }
  };
  const failed = (sentence) => {
    moving(false);
    say(zone, sentence);
    form.querySelector("[type=submit]").focus();
  };
  const body = new FormData(form, button);
  request.open("POST", form.getAttribute("action") ?? location.href);
  request.setRequestHeader("Upload-Page", "1");
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) { return; }
    zone.querySelector("progress").value = event.loaded / event.total;
    part(zone, "amount").textContent = `${mebibytes(event.loaded)} / ${mebibytes(event.total)} MiB`;
  });
  request.addEventListener("error", () => failed(zone.dataset.sayBroken));
  request.addEventListener("abort", () => failed(zone.dataset.sayStopped));
  request.addEventListener("load", () => {
    const next = request.getResponseHeader("Upload-Next");
    if (next) { location.assign(next); }
    else if (request.status === 401 || request.status === 403) { failed(zone.dataset.saySignedOut); }
    else if (request.status === 409 || request.status === 422) { show(form, request.responseText); }
    else if (request.status === 413 && plain(request)) { failed(request.responseText); }
    else { failed(zone.dataset.sayBroken); }
  });
  const stop = made(zone.dataset.sayStop);
  stop.addEventListener("click", () => request.abort());
  part(zone, "progress").append(" ", stop);
  say(zone, zone.dataset.sayMoving);
  moving(true);
  request.send(body);
};

// The page with its errors; the files that were chosen stay in their fields.
const show = (form, text) => {
  const main = document.importNode(
    new DOMParser().parseFromString(text, "text/html").querySelector("main"), true);
  for (const input of form.querySelectorAll("input[type=file]")) {
    const fresh = main.querySelector(`input[type=file][name="${CSS.escape(input.name)}"]`);
    if (!fresh) { continue; }
    input.className = fresh.className;
    for (const name of ["aria-invalid", "aria-describedby"]) {
      input.toggleAttribute(name, fresh.hasAttribute(name));
      if (fresh.hasAttribute(name)) { input.setAttribute(name, fresh.getAttribute(name)); }
    }
    fresh.replaceWith(input);
  }
  document.querySelector("main").replaceWith(main);
  for (const one of main.querySelectorAll("[data-part=drop-again]")) { one.remove(); }
  main.querySelectorAll("[data-drop]").forEach(enhance);
  main.querySelector(".errors")?.focus();
};

function enhance(zone) {
  const form = zone.closest("form");
  part(zone, "invite").hidden = false;
  zone.addEventListener("change", () => list(zone));
  zone.addEventListener("dragover", (event) => {
    if (!brings(event)) { return; }
    event.preventDefault();
    zone.classList.add("over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    if (!brings(event)) { return; }
    event.preventDefault();
    zone.classList.remove("over");
    drop(zone, event.dataTransfer.files);
  });
  list(zone);
  if (zone.dataset.drop === "alone") { return; }
  form.addEventListener("submit", (event) => {
    const files = inputs(zone).some((input) => input.files.length);
    if (event.defaultPrevented || !files) { return; }
    event.preventDefault();
    send(zone, form, event.submitter);
  });
}

document.querySelectorAll("[data-drop]").forEach(enhance);
// A file that misses the zone would replace the page, and all that was typed.
for (const name of ["dragover", "drop"]) {
  document.addEventListener(name, (event) => { if (brings(event)) { event.preventDefault(); } });
}
