// Small comforts; every page works without this file.
"use strict";

// A form is sent once: the second click of a double click does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent === "yes") { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
});

// Coming back with the Back button must not leave a dead form.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) { delete form.dataset.sent; form.removeAttribute("aria-busy"); }
});

// The list of errors is read out and reached first.
document.addEventListener("DOMContentLoaded", () => {
  const errors = document.querySelector(".error-summary");
  if (errors) errors.focus();
});

// A table that scrolls sideways can be reached and moved with the keyboard.
function reachTables() {
  for (const wrap of document.querySelectorAll(".table-wrap")) {
    if (wrap.scrollWidth > wrap.clientWidth) wrap.tabIndex = 0;
    else wrap.removeAttribute("tabindex");
  }
}
document.addEventListener("DOMContentLoaded", reachTables);
window.addEventListener("resize", reachTables);

// What was changed and not sent yet is not left behind without a question.
for (const form of document.querySelectorAll("form[data-guard]")) {
  // What was refused is shown again, but it is not stored.
  if (document.querySelector(".error-summary")) form.dataset.changed = "yes";
  form.addEventListener("input", () => { form.dataset.changed = "yes"; });
  window.addEventListener("beforeunload", (event) => {
    if (form.dataset.changed === "yes" && form.dataset.sent !== "yes") event.preventDefault();
  });
}

// On a narrow screen what is long is folded; without this file it is simply there.
const narrow = window.matchMedia("(max-width: 40rem)");
function foldNarrow() {
  for (const fold of document.querySelectorAll(".narrow-fold")) fold.open = !narrow.matches;
}
foldNarrow();
narrow.addEventListener("change", foldNarrow);
