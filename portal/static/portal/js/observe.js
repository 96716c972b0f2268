// The observation card: a timer that helps to count the seconds, + and - beside every count. Without this file all are plain number fields.
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

const setUp = () => {
  document.querySelectorAll("[data-timer]").forEach(setUpTimer);
  document.querySelectorAll("[data-counters]").forEach((group) => {
    group.querySelectorAll("[data-counter]").forEach((field) => setUpCounter(field, group.dataset));
  });
};

setUp();
document.addEventListener("draft:shown", setUp);
