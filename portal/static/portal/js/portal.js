// Small manners that pages are better for and work without: menus close, the list of errors is read out, a form is sent once.
"use strict";

const menus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  menus().forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  menus().forEach((menu) => {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});

document.addEventListener("focusin", (event) => {
  menus().forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

// The summary of what must be mended takes the focus, so that it is the first thing heard.
document.querySelector("[data-focus-on-load]")?.focus();

// A second press while the first is under way would be a second request. The button is not disabled: its value must be sent.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !(form instanceof HTMLFormElement)) return;
  if (form.getAttribute("method")?.toLowerCase() !== "post" || form.dataset.sendOften !== undefined) return;
  if (form.dataset.sending === "yes") {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "yes";
  form.setAttribute("aria-busy", "true");
  setTimeout(() => allowAgain(form), 8000); // an answer that is a download leaves the page as it is
});

const allowAgain = (form) => {
  delete form.dataset.sending;
  form.removeAttribute("aria-busy");
};

// Back from the next page (kept by the browser as it was): the form may be sent again.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sending]").forEach(allowAgain);
});

document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});

// A copy button names the element whose text it copies and says so when done.
document.querySelectorAll("[data-copy]").forEach((button) => {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
    const said = document.createElement("span");
    said.setAttribute("role", "status");
    said.className = "ms-2";
    said.textContent = button.dataset.copied;
    button.after(said);
    setTimeout(() => said.remove(), 4000);
  });
});

// The page of the observation card that is kept for hours without a network shows its writer's unit and colleagues: when
// somebody else signs in on this device, or nobody is signed in any more, it goes. The cards that wait stay, for their writer.
const account = document.querySelector(".account-name")?.textContent ?? (document.querySelector(".masthead a[href*='/accounts/login/']") ? "" : null);
const pagesOf = (() => {
  try {
    return localStorage.getItem("card-pages-of");
  } catch {
    return null;
  }
})();
if (account !== null && pagesOf !== null && pagesOf !== account && window.caches) {
  caches.delete("card-pages").then(() => localStorage.removeItem("card-pages-of"));
}
