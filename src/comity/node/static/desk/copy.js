"use strict";
// Copies a command line. Without this script it is selected by hand; the buttons stay hidden.

for (const button of document.querySelectorAll("[data-copies]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const told = document.getElementById(button.dataset.copies).textContent.trim();
    await navigator.clipboard.writeText(told);
    button.textContent = button.dataset.done;
  });
}
