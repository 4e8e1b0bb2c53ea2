"use strict";
// Keeps what was typed while the language of the page changes: for the next page of this tab, and
// then no more. Passwords, files and hidden members are left out; another page takes nothing.

const TYPED = "comity-typed";
const LEFT_OUT = new Set(["hidden", "password", "file", "submit", "button", "reset"]);

function forms() {
  return [...document.querySelectorAll("main form")];
}

function fields(form) {
  return [...form.elements].filter((one) => one.name && !LEFT_OUT.has(one.type));
}

function ticked(field) {
  return field.type === "checkbox" || field.type === "radio";
}

function restore() {
  const held = sessionStorage.getItem(TYPED);
  sessionStorage.removeItem(TYPED);
  const { path, typed } = JSON.parse(held ?? "{}");
  if (path !== location.pathname) return;
  forms().forEach((form, at) => {
    for (const field of fields(form)) {
      const found = (typed[at] ?? []).find(
        ([name, , own]) => name === field.name && (!ticked(field) || own === field.value),
      );
      if (!found) continue;
      if (ticked(field)) field.checked = found[1];
      else field.value = found[1];
    }
  });
}

restore();
for (const form of document.querySelectorAll("form[data-language]")) {
  form.addEventListener("submit", () => {
    const typed = forms().map((one) =>
      fields(one).map((field) => [
        field.name,
        ticked(field) ? field.checked : field.value,
        ticked(field) ? field.value : "",
      ]),
    );
    sessionStorage.setItem(TYPED, JSON.stringify({ path: location.pathname, typed }));
  });
}
