// Taking a call by keyboard: Ctrl+Enter (or Command+Enter) writes it down, wherever one stands in the form. Enter alone looks up.
"use strict";

document.querySelector("[data-call-log]")?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  event.preventDefault();
  event.currentTarget.querySelector("[name=record]").click();
});
