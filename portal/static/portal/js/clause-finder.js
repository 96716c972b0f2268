// Finding a clause by its number on the page of an edition, and folding the contents away on a phone.
(() => {
  "use strict";

  const contents = document.querySelector("[data-fold-on-phone]");
  if (contents && window.matchMedia("(max-width: 61.99em)").matches) {
    contents.open = false;
  }

  const form = document.querySelector("[data-clause-finder]");
  if (!form) return;
  const field = form.querySelector("input[name=clause]");
  const word = form.querySelector("[role=status]");
  const clauses = new Map();
  for (const clause of document.querySelectorAll("[data-number]")) {
    const number = normal(clause.dataset.number);
    if (!clauses.has(number)) clauses.set(number, clause);
  }

  // The same forgiveness as policies.reading.normal_number.
  function normal(typed) {
    return typed
      .normalize("NFKC")
      .replaceAll("。", ".")
      .replaceAll("、", "")
      .replace(/\s+/g, "")
      .replace(/^\.+|\.+$/g, "")
      .toLowerCase();
  }

  function show(clause) {
    for (const marked of document.querySelectorAll(".clause-found")) marked.classList.remove("clause-found");
    clause.classList.add("clause-found");
    history.replaceState(null, "", "#" + encodeURIComponent(clause.id));
    clause.tabIndex = -1;
    clause.focus({ preventScroll: true });
    clause.scrollIntoView({ block: "start" });
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const clause = clauses.get(normal(field.value));
    word.textContent = (clause ? form.dataset.found : form.dataset.missing) + " " + field.value.trim();
    if (clause) show(clause);
    else field.focus();
  });

  field.addEventListener("input", () => {
    const typed = normal(field.value);
    if (!typed) {
      word.textContent = "";
      return;
    }
    const near = [...clauses.keys()].filter((number) => number === typed || number.startsWith(typed + ".")).slice(0, 8);
    word.textContent = near.join("  ");
  });
})();
