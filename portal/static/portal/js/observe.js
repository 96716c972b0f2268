// The observation card: led step by step, a timer that helps to count the seconds, + and - beside every count.
// Without this file it is one long form of plain fields. Keeping and handing in: card-form.js.
"use strict";

const clockFace = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

// The time is taken from the clock, not from counted ticks: a phone whose screen was off has not stopped observing.
const setUpTimer = (timer) => {
  if (timer.dataset.ready) return;
  timer.dataset.ready = "yes";
  timer.hidden = false;
  const field = document.getElementById(timer.dataset.timer);
  const face = timer.querySelector("output");
  const word = timer.querySelector("[role=status]");
  const button = timer.querySelector("button");
  let begun = null;
  let ticking;
  const show = () => {
    const seconds = Math.floor((Date.now() - begun) / 1000);
    face.textContent = clockFace(seconds);
    if (seconds >= Number(timer.dataset.enough) && !timer.classList.contains("is-enough")) {
      timer.classList.add("is-enough");
      word.textContent = timer.dataset.reached;
      navigator.vibrate?.(200);
    }
    return seconds;
  };
  button.addEventListener("click", () => {
    if (begun === null) {
      begun = Date.now();
      timer.classList.remove("is-enough");
      word.textContent = "";
      face.textContent = clockFace(0);
      ticking = setInterval(show, 500);
      button.textContent = timer.dataset.stop;
      return;
    }
    clearInterval(ticking);
    field.value = show();
    begun = null;
    button.textContent = timer.dataset.start;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
};

const setUpCounter = (field, words) => {
  if (field.dataset.ready) return;
  field.dataset.ready = "yes";
  const label = document.querySelector(`label[for="${field.id}"]`).textContent.trim();
  const category = field.closest("fieldset");
  const change = (step) => {
    const value = Math.min(Number(field.max), Math.max(Number(field.min), (Number.parseInt(field.value, 10) || 0) + step));
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const button = (sign, step, word) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = sign;
    made.setAttribute("aria-label", `${category.querySelector("legend").textContent}, ${label}: ${word}`);
    made.addEventListener("click", () => change(step));
    return made;
  };
  field.before(button("−", -1, words.less));
  field.after(button("+", 1, words.more));
  // Something unsafe needs a word about what was done: the place for it opens by itself.
  field.addEventListener("input", () => {
    if (field.dataset.counter !== "safe" && Number(field.value) > 0) category.querySelector("details").open = true;
  });
  field.addEventListener("focus", () => field.select());
};

// ---- one step after the other ----
const remember = (way) => {
  try {
    localStorage.setItem("card-way", way);
  } catch {
    // A forbidden store remembers nothing.
  }
};
const remembered = () => {
  try {
    return localStorage.getItem("card-way");
  } catch {
    return null;
  }
};

class Steps {
  constructor(form) {
    this.form = form;
    this.nav = document.querySelector(".card-steps");
    this.sections = [...form.querySelectorAll(".card-step")];
    this.links = [...this.nav.querySelectorAll("ol a")];
    this.toggle = this.nav.querySelector("[data-show-all]");
    this.toggle.hidden = false;
    this.toggle.addEventListener("click", () => {
      this.lead(!this.isLed);
      remember(this.isLed ? "steps" : "whole");
    });
    this.links.forEach((link, place) =>
      link.addEventListener("click", (event) => {
        if (!this.isLed) return;
        event.preventDefault();
        this.show(place, true);
      }),
    );
    this.sections.forEach((section, place) => {
      section.querySelector("h2").tabIndex = -1;
      const [back, next] = [section.querySelector("[data-back]"), section.querySelector("[data-next]")];
      back?.addEventListener("click", () => this.show(place - 1, true));
      next?.addEventListener("click", () => this.show(place + 1, true));
    });
    // A line of the summary of errors leads to a field of another step.
    form.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']");
      const field = link && form.querySelector(`[id="${link.hash.slice(1)}"]`);
      if (field) this.showField(field);
    });
    this.place = 0;
    const chosen = remembered();
    this.lead(chosen ? chosen === "steps" : window.matchMedia("(max-width: 47.99rem)").matches);
    const wrong = form.querySelector(".card-step .field-error");
    if (wrong) this.showField(wrong);
  }

  lead(isLed) {
    this.isLed = isLed;
    this.form.classList.toggle("is-led", isLed);
    this.toggle.textContent = isLed ? this.toggle.dataset.all : this.toggle.dataset.one;
    this.sections.forEach((section) => (section.querySelector("[data-step-buttons]").hidden = !isLed));
    this.show(this.place, false);
  }

  show(place, byHand) {
    if (byHand && place > this.place) this.links.slice(0, place).forEach((link) => link.classList.add("is-done"));
    this.place = Math.min(Math.max(place, 0), this.sections.length - 1);
    this.sections.forEach((section, number) => section.classList.toggle("is-current", number === this.place));
    this.links.forEach((link, number) => {
      if (this.isLed && number === this.place) link.setAttribute("aria-current", "step");
      else link.removeAttribute("aria-current");
    });
    this.form.classList.toggle("at-last", this.place === this.sections.length - 1);
    if (!byHand) return;
    this.nav.scrollIntoView({ block: "start" });
    this.sections[this.place].querySelector("h2").focus({ preventScroll: true });
  }

  showField(field) {
    const place = this.sections.findIndex((section) => section.contains(field));
    if (place >= 0) this.show(place, false);
    for (let box = field.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  }

  startAgain() {
    this.links.forEach((link) => link.classList.remove("is-done"));
    this.show(0, true);
  }
}

// ---- a planned observation brings its area, shift and team ----
const setUpSlots = (form) => {
  const slot = form.querySelector("#id_slot");
  if (!slot) return;
  const box = slot.closest(".field");
  const follow = () => (box.hidden = form.querySelector("input[name=kind]:checked")?.value !== "planned");
  form.addEventListener("change", (event) => {
    if (event.target.name === "kind") follow();
    if (event.target === slot && slot.value) bring(form.querySelector(`[data-slots] [data-slot="${slot.value}"]`));
  });
  const choose = (name, value) => {
    const field = form.querySelector(`#id_${name}`);
    if (field && value && [...field.options].some((option) => option.value === value)) field.value = value;
  };
  const bring = (known) => {
    if (!known) return;
    choose("area", known.dataset.area);
    choose("shift", known.dataset.shift);
    const team = known.dataset.team.split(" ").filter(Boolean);
    const self = form.dataset.person;
    form.querySelector("#id_i_observed").checked = team.includes(self);
    team.filter((person) => person !== self).forEach((person, place) => choose(`colleague_${place + 1}`, person));
    form.dispatchEvent(new Event("change", { bubbles: true }));
  };
  follow();
};

const cardForm = document.querySelector("form[data-card]");
document.querySelectorAll("[data-timer]").forEach(setUpTimer);
document.querySelectorAll("[data-counters]").forEach((group) => {
  group.querySelectorAll("[data-counter]").forEach((field) => setUpCounter(field, group.dataset));
});
const cardSteps = cardForm && new Steps(cardForm);
if (cardForm) setUpSlots(cardForm);
