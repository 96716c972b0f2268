// A passkey that fails says so on the page, above the form, once.
"use strict";

document.addEventListener("allauth.error", (event) => {
  if (!event.detail?.tags?.includes("webauthn")) return;
  event.preventDefault();
  const { exception } = event.detail;
  // Without a protected origin the browser has no navigator.credentials at all (TypeError), for a bare number it refuses (SecurityError).
  const nowhere = exception?.name === "SecurityError" || !window.isSecureContext;
  const sheet = document.querySelector(".sheet");
  sheet.querySelector(".passkey-problem")?.remove();
  const problem = document.createElement("div");
  problem.className = "passkey-problem";
  sheet.prepend(problem);
  problem.append(document.getElementById(nowhere ? "passkey-nowhere" : "passkey-problem").content.cloneNode(true));
});
