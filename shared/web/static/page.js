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
    const isWide = wrap.scrollWidth > wrap.clientWidth;
    if (isWide) wrap.tabIndex = 0;
    else wrap.removeAttribute("tabindex");
    const hint = wrap.previousElementSibling;
    const hasHint = hint && hint.className === "scroll-hint";
    if (isWide && !hasHint) {
      const said = document.createElement("p");
      said.className = "scroll-hint";
      said.textContent = document.body.dataset.scroll;
      wrap.before(said);
    } else if (!isWide && hasHint) hint.remove();
  }
}

// On a narrow screen a row becomes a card: each value then carries the name of its column.
function nameCells() {
  for (const table of document.querySelectorAll("table.table:not(.matrix)")) {
    const heads = [...table.querySelectorAll("thead th")];
    if (heads.length === 0) continue;
    table.classList.add("stacked");
    table.setAttribute("role", "table");
    for (const row of table.querySelectorAll("tbody tr, tfoot tr")) {
      row.setAttribute("role", "row");
      let place = 0;
      for (const cell of row.cells) {
        const head = heads[place];
        const label = head && cell.colSpan === 1 && !head.querySelector(".visually-hidden") ? head.textContent.trim() : "";
        if (label && cell.tagName === "TD" && cell.textContent.trim() + cell.querySelectorAll("input,select,textarea").length !== "0") {
          cell.dataset.label = label.replace(/[ ↑↓]+$/, "");
        }
        cell.setAttribute("role", cell.tagName === "TD" ? "cell" : "rowheader");
        place += cell.colSpan;
      }
    }
  }
  reachTables();
}
document.addEventListener("DOMContentLoaded", nameCells);
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

// What was typed survives a sign-in that ended meanwhile, and another language of the page: it is
// kept in this tab only, and comes back to the same person on the same page only.
const KEPT = "vyzva-kept-form";
const person = document.body.dataset.person;

function keep(form, isInterrupted) {
  const fields = [...new FormData(form)].filter(([name, value]) => {
    const field = form.elements[name];
    return typeof value === "string" && name !== "csrf_token" && (!field || field.type !== "password");
  });
  const number = [...document.forms].indexOf(form);
  const kept = { person, page: location.pathname, number, fields, isInterrupted };
  try { sessionStorage.setItem(KEPT, JSON.stringify(kept)); } catch { /* too much, or not allowed */ }
}

function giveBack(form, fields) {
  const places = {};
  for (const field of form.elements) {
    if (!field.name || field.name === "csrf_token") continue;
    if (["password", "file", "submit", "button", "image"].includes(field.type)) continue;
    const given = fields.filter(([name]) => name === field.name).map(([, value]) => value);
    if (["checkbox", "radio"].includes(field.type)) field.checked = given.includes(field.value);
    else if (field.type === "select-multiple") {
      for (const option of field.options) option.selected = given.includes(option.value);
    } else {
      const place = places[field.name] || 0;
      places[field.name] = place + 1;
      if (place < given.length) field.value = given[place];
    }
  }
  form.dataset.changed = "yes";
  const note = document.createElement("p");
  note.className = "notice notice-warning";
  note.setAttribute("role", "status");
  note.textContent = document.body.dataset.restored;
  form.before(note);
}

function restore() {
  let kept = null;
  try { kept = JSON.parse(sessionStorage.getItem(KEPT)); } catch { /* nothing that can be read */ }
  if (!kept) return;
  if (document.body.dataset.signIn) {
    sessionStorage.setItem(KEPT, JSON.stringify({ ...kept, isInterrupted: true }));
    return;
  }
  sessionStorage.removeItem(KEPT);
  const form = document.forms[kept.number];
  const isSame = kept.person === person && kept.page === location.pathname;
  if (kept.isInterrupted && isSame && form && form.method === "post") giveBack(form, kept.fields);
}

restore();
document.addEventListener("submit", ({ target, defaultPrevented }) => {
  if (person && target.method === "post" && !defaultPrevented) keep(target, false);
});
document.addEventListener("input", ({ target }) => { if (target.form) target.form.dataset.changed = "yes"; });
for (const link of document.querySelectorAll(".languages a")) {
  link.addEventListener("click", () => {
    const changed = [...document.forms].find((form) => form.method === "post" && form.dataset.changed === "yes");
    if (!changed || !person) return;
    keep(changed, true);
    changed.dataset.sent = "yes";
  });
}

// How far a long work is: the page, or a shorter one that the part names, is asked for every two
// seconds and its part put in the place of the old one; at the end the whole page is read anew.
async function follow(part) {
  const reply = await fetch(part.dataset.progress || location.href, { credentials: "same-origin", redirect: "manual" });
  if (!reply.ok) return;
  const fresh = new DOMParser().parseFromString(await reply.text(), "text/html").querySelector("[data-progress]");
  if (!fresh) location.reload();
  // What somebody has just unfolded or is about to press is not taken from under the hand.
  else if (part.querySelector("details[open], :focus")) return;
  else if (fresh.textContent !== part.textContent) part.replaceChildren(...fresh.childNodes);
}
for (const part of document.querySelectorAll("[data-progress]")) {
  setInterval(() => { if (!document.hidden) follow(part).catch(() => {}); }, 2000);
}
