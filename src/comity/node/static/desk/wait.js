"use strict";
// A form whose answer takes a while: says so once it is sent, and is sent only once.

for (const form of document.querySelectorAll("form[data-wait]")) {
  const told = form.querySelector('[data-part="wait"]');
  form.addEventListener("submit", (event) => {
    if (form.dataset.wait === "sent") event.preventDefault();
    form.dataset.wait = "sent";
    told.textContent = told.dataset.told;
  });
  window.addEventListener("pageshow", () => {
    // Whoever comes back to the page may send it again.
    form.dataset.wait = "";
    told.textContent = "";
  });
}
