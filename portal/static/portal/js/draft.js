// A form marked data-draft keeps what is typed on this device until it was received, and sends it again when the network fails.
// Every try carries the same submission id, so that however many arrive, one is kept. Without this file the form works as any other.
"use strict";

const KEPT_FOR = 3 * 24 * 3600 * 1000;
const WAITS = [5, 10, 20, 40, 60]; // seconds between tries; the last repeats
const NOT_KEPT = new Set(["csrfmiddlewaretoken", "website", "opened"]);

class Draft {
  constructor(form) {
    this.form = form;
    this.key = `draft:${form.dataset.draft}`;
    this.tries = 0;
    this.sending = false;
    form.addEventListener("input", () => this.saveSoon());
    form.addEventListener("change", () => this.saveSoon());
    form.addEventListener("submit", (event) => this.submit(event));
    window.addEventListener("online", () => this.waiting && this.send());
    window.addEventListener("pagehide", () => this.timer && this.save());
    if (!form.querySelector("[data-focus-on-load]")) this.restore();
  }

  // ---- keeping ----
  saveSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), 400);
  }

  save() {
    clearTimeout(this.timer); // else it would keep again what was received and forgotten meanwhile
    this.timer = undefined;
    const fields = [...new FormData(this.form)].filter(([name, value]) => typeof value === "string" && !NOT_KEPT.has(name));
    try {
      localStorage.setItem(this.key, JSON.stringify({ at: Date.now(), fields }));
    } catch {
      // A full or forbidden store keeps nothing; the form still works.
    }
  }

  forget() {
    clearTimeout(this.timer);
    this.timer = undefined;
    try {
      localStorage.removeItem(this.key);
    } catch {
      // As above.
    }
  }

  restore() {
    let kept;
    try {
      kept = JSON.parse(localStorage.getItem(this.key) || "null");
    } catch {
      return;
    }
    if (!kept) return;
    if (Date.now() - kept.at > KEPT_FOR) return this.forget();
    const fresh = new Map([...new FormData(this.form)].map(([name, value]) => [name, value]));
    const typed = kept.fields.filter(([name, value]) => name !== "submission_id" && value && fresh.get(name) !== value);
    if (!typed.length) return;
    const values = new Map();
    kept.fields.forEach(([name, value]) => values.set(name, [...(values.get(name) || []), value]));
    [...this.form.elements].forEach((control) => fill(control, values));
    this.say("restored", "info", [[this.form.dataset.draftForget, () => this.startEmpty()]]);
  }

  startEmpty() {
    this.forget();
    window.location.reload();
  }

  // ---- sending ----
  submit(event) {
    event.preventDefault();
    if (this.sending) return;
    this.save();
    this.tries = 0;
    this.send(event.submitter);
  }

  async send(button) {
    if (this.sending) return;
    this.sending = true;
    this.waiting = false;
    clearTimeout(this.retry);
    this.form.setAttribute("aria-busy", "true");
    this.say("sending", "info");
    const body = new FormData(this.form);
    if (button?.name) body.append(button.name, button.value);
    let answer;
    try {
      answer = await fetch(this.form.getAttribute("action") || window.location.href, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
    } catch {
      this.wait();
      return;
    } finally {
      this.sending = false;
      this.form.removeAttribute("aria-busy");
    }
    await this.read(answer);
  }

  async read(answer) {
    if (answer.status === 201) {
      const { location } = await answer.json();
      this.forget();
      window.location.assign(location);
    } else if (answer.status === 502 || answer.status === 503 || answer.status === 504) {
      this.wait();
    } else if (answer.status === 403 && (await this.renewToken())) {
      this.send();
    } else if (answer.redirected) {
      window.location.assign(answer.url); // signed out meanwhile: the draft is here after signing in again
    } else {
      this.show(await answer.text());
    }
  }

  // The same words and fields with the sentences of the server; chosen files stay chosen.
  show(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const theirs = page.querySelector(`form[data-draft="${this.form.dataset.draft}"] [data-draft-region]`);
    if (!theirs) {
      this.say("failed", "danger");
      return;
    }
    const files = new Map([...this.form.querySelectorAll("input[type=file]")].map((input) => [input.name, input.files]));
    const ours = this.form.querySelector("[data-draft-region]");
    ours.replaceWith(document.adoptNode(theirs));
    this.form.querySelectorAll("input[type=file]").forEach((input) => {
      if (files.get(input.name)?.length) input.files = files.get(input.name);
    });
    if ([...files.values()].some((list) => list.length)) this.form.querySelector("[data-draft-files]")?.remove();
    this.note?.remove();
    this.save();
    this.form.dispatchEvent(new CustomEvent("draft:shown", { bubbles: true }));
    this.form.querySelector("[data-focus-on-load]")?.focus();
  }

  // Who signed in or out in another window has a new token; the form asks for it once.
  async renewToken() {
    if (this.renewed) return false;
    this.renewed = true;
    try {
      const page = new DOMParser().parseFromString(await (await fetch(window.location.href)).text(), "text/html");
      const token = page.querySelector(`form[data-draft="${this.form.dataset.draft}"] [name=csrfmiddlewaretoken]`);
      if (!token) return false;
      this.form.querySelector("[name=csrfmiddlewaretoken]").value = token.value;
      return true;
    } catch {
      return false;
    }
  }

  wait() {
    this.waiting = true;
    const seconds = WAITS[Math.min(this.tries, WAITS.length - 1)];
    this.tries += 1;
    this.retry = setTimeout(() => this.send(), seconds * 1000);
    this.say("waiting", "warning", [[this.form.dataset.draftAgain, () => this.send()]]);
  }

  say(what, tone, buttons = []) {
    this.note?.remove();
    const text = this.form.dataset[`draft${what[0].toUpperCase()}${what.slice(1)}`];
    if (!text) return;
    this.note = document.createElement("div");
    this.note.className = `notice tone-${tone}`;
    this.note.setAttribute("role", "status");
    const words = document.createElement("p");
    words.textContent = text;
    this.note.append(words);
    buttons.forEach(([label, act]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm btn-outline-primary ms-auto";
      button.textContent = label;
      button.addEventListener("click", act);
      this.note.append(button);
    });
    // Beside the button that was pressed for what happens to the sending; above the form for what was found when it opened.
    if (what === "restored") this.form.prepend(this.note);
    else this.form.append(this.note);
  }
}

const fill = (control, values) => {
  if (!control.name || !values.has(control.name) || control.type === "file") {
    if ((control.type === "checkbox" || control.type === "radio") && control.name) control.checked = false;
    return;
  }
  const kept = values.get(control.name);
  if (control.type === "checkbox" || control.type === "radio") control.checked = kept.includes(control.value);
  else if (control instanceof HTMLSelectElement && control.multiple) {
    [...control.options].forEach((option) => (option.selected = kept.includes(option.value)));
  } else if (!NOT_KEPT.has(control.name)) control.value = kept[0];
};

document.querySelectorAll("form[data-draft]").forEach((form) => new Draft(form));
