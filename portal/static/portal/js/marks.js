// Buttons above a text with simple marks: each puts its mark around or before what is selected. Without the script the marks are typed.
"use strict";

const around = (area, mark) => {
  const { selectionStart: from, selectionEnd: to, value } = area;
  area.setRangeText(`${mark}${value.slice(from, to)}${mark}`, from, to, "end");
};

const beforeLines = (area, mark) => {
  const { selectionStart, selectionEnd, value } = area;
  const from = value.lastIndexOf("\n", selectionStart - 1) + 1;
  const marked = value.slice(from, selectionEnd).split("\n").map((line) => mark + line).join("\n");
  area.setRangeText(marked, from, selectionEnd, "end");
};

document.querySelectorAll("form[data-marks-form]").forEach((form) => {
  const area = form.querySelector("textarea[data-marks]");
  if (!area) return;
  const bar = document.createElement("div");
  bar.className = "marks-bar";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", form.dataset.wordBar);
  [
    [form.dataset.wordHeading, () => beforeLines(area, "# ")],
    [form.dataset.wordList, () => beforeLines(area, "- ")],
    [form.dataset.wordStrong, () => around(area, "**")],
  ].forEach(([word, act]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm btn-outline-secondary";
    button.textContent = word;
    button.addEventListener("click", () => {
      act();
      area.focus();
    });
    bar.append(button);
  });
  area.before(bar);
});
