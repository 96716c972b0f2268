// Puts what stands beside each clause - marks, and a menu of what can be done - into the page of an edition. Without it, or when it
// fails, the link below the text leads to the same as a page.
(() => {
  "use strict";

  const text = document.querySelector("[data-marks-url]");
  if (!text) return;

  function menuFor(template, beside) {
    const acts = [...beside.querySelectorAll("[data-act]")];
    if (!template || !acts.length) return null;
    const menu = document.importNode(template.content, true).firstElementChild;
    menu.querySelector("summary").setAttribute("aria-label", beside.dataset.menuLabel);
    menu.querySelectorAll("a").forEach((link, place) => link.setAttribute("href", acts[place].getAttribute("href")));
    return menu;
  }

  function place(html) {
    const found = new DOMParser().parseFromString(html, "text/html").querySelector("[data-clause-marks]");
    if (!found) return;
    const template = found.querySelector("template[data-menu]");
    for (const beside of found.querySelectorAll("[data-anchor]")) {
      const clause = document.getElementById(beside.dataset.anchor);
      if (!clause || !text.contains(clause)) continue;
      const lead = clause.querySelector(":scope > .clause-heading, :scope > p");
      const marks = beside.querySelector(".clause-marks");
      const menu = menuFor(template, beside);
      if (marks && lead) lead.after(marks);
      else if (marks) clause.prepend(marks);
      if (menu) {
        menu.lang = found.lang;
        clause.prepend(menu);
      }
    }
    text.dataset.marked = "yes";
  }

  fetch(text.dataset.marksUrl, { credentials: "same-origin" })
    .then((answer) => (answer.ok && !answer.redirected ? answer.text() : ""))
    .then(place)
    .catch(() => {});
})();
