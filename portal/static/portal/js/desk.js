// Keys of the desk: j and k walk through the list, Enter opens, x ticks, / searches; in a case a answers, i notes, b goes back.
"use strict";

const rows = [...document.querySelectorAll("[data-case-list] tbody tr")];
let chosen = -1;

const choose = (number) => {
  if (!rows.length) return;
  chosen = Math.max(0, Math.min(rows.length - 1, number));
  rows.forEach((row, index) => row.classList.toggle("is-chosen", index === chosen));
  rows[chosen].querySelector("th a").focus();
};

// The row that has the focus is the chosen one, however it came there.
document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("[data-case-list] tbody tr");
  if (row) chosen = rows.indexOf(row);
});

const openAct = (id) => {
  const act = document.getElementById(id);
  if (!act) return false;
  act.open = true;
  act.querySelector("textarea")?.focus();
  return true;
};

const keys = {
  j: () => rows.length && (choose(chosen + 1), true),
  k: () => rows.length && (choose(chosen - 1), true),
  x: () => {
    const box = rows[chosen]?.querySelector("input[type=checkbox]");
    if (box) box.checked = !box.checked;
    return Boolean(box);
  },
  "/": () => {
    const search = document.getElementById("case-search");
    search?.focus();
    return Boolean(search);
  },
  a: () => openAct("act-answer"),
  i: () => openAct("act-note"),
  b: () => {
    const back = document.querySelector(".trail a");
    back?.click();
    return Boolean(back);
  },
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
  if (keys[event.key]?.()) event.preventDefault();
});
