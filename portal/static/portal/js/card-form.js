// The card's form and the phone: what is typed is kept as a draft, what is handed in waits in the queue until it arrived.
// Without this file, or without a store in the browser, the form is sent as any other.
"use strict";

const NOT_KEPT = new Set(["csrfmiddlewaretoken", "website", "opened"]);
const ANSWER_PATIENCE = 8000; // then the card goes on waiting by itself and the next one can be filled in
const LONGEST_SIDE = 1600;
const STALE = 10 * 60 * 1000; // a page that was kept shows the hour at which it was kept
const SHORTEST = 30;

class CardForm {
  constructor(form, section) {
    this.form = form;
    this.words = form.dataset;
    this.store = new CardStore(form.dataset.writer);
    this.queue = new CardQueue(this.store, { address: form.dataset.card, session: form.dataset.session });
    this.list = new QueueList(section, this.queue, { reopen: (card) => this.reopen(card) });
    this.photos = form.querySelector("input[data-photos]");
    this.thumbs = form.querySelector("[data-thumbs]");
    form.addEventListener("input", () => this.saveSoon());
    form.addEventListener("change", () => this.saveSoon());
    form.addEventListener("submit", (event) => this.submit(event));
    window.addEventListener("pagehide", () => this.timer && this.save());
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.timer && this.save());
    this.photos.addEventListener("change", () => this.takePhotos());
  }

  async start() {
    await this.store.open();
    await this.store.forgetOld();
    const kept = await this.store.draft(this.words.unit);
    if (kept) this.restore(kept);
    else this.begin();
    this.ready = true;
    this.queue.run();
    this.keepPage();
  }

  // ---- a new card, a kept one ----
  begin() {
    this.order = undefined;
    this.form.elements.submission_id.value = newId();
    const { observed_on: day, observed_at: hour } = this.form.elements;
    const now = new Date();
    if (Math.abs(new Date(`${day.value}T${hour.value}`) - now) < STALE) return;
    const two = (number) => String(number).padStart(2, "0");
    day.value = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
    hour.value = `${two(now.getHours())}:${two(now.getMinutes())}`;
  }

  empty() {
    this.form.reset();
    this.forgetErrors();
    this.form.querySelectorAll(".category details").forEach((box) => (box.open = false));
    this.showThumbs();
    this.form.dispatchEvent(new Event("change", { bubbles: true })); // what hangs on the kind of card follows
    clearTimeout(this.timer);
    this.timer = undefined;
    this.begin();
    cardSteps.startAgain();
  }

  restore(draft) {
    const values = new Map();
    draft.fields.forEach(([name, value]) => values.set(name, [...(values.get(name) || []), value]));
    [...this.form.elements].forEach((control) => fill(control, values));
    this.form.elements.submission_id.value = draft.id;
    this.order = draft.order;
    const files = new DataTransfer();
    draft.photos.forEach(({ name, blob }) => files.items.add(new File([blob], name, { type: blob.type })));
    this.photos.files = files.files;
    this.showThumbs();
    this.form.querySelectorAll(".category").forEach((category) => {
      const said = [...category.querySelectorAll("details :is(textarea, select, input)")];
      if (said.some((control) => (control.type === "checkbox" ? control.checked : control.value))) category.querySelector("details").open = true;
    });
    this.form.querySelector("input[name=kind]:checked")?.dispatchEvent(new Event("change", { bubbles: true }));
    if (draft.errors) this.showErrors(draft.errors);
    else this.say("restored", "info", [[this.words.forget, () => this.discard()]]);
  }

  async discard() {
    await this.store.forgetDraft(this.words.unit);
    this.note?.remove();
    this.empty();
  }

  async reopen(card) {
    if (await this.store.draft(card.unit)) {
      this.say("occupied", "warning");
      return;
    }
    const draft = await this.store.reopen(card);
    if (card.unit !== this.words.unit) {
      window.location.assign(`?unit=${encodeURIComponent(card.unit)}`);
      return;
    }
    this.empty();
    this.restore(draft);
    this.list.show();
  }

  // ---- keeping ----
  saveSoon() {
    if (!this.ready) return;
    this.timer ??= setTimeout(() => this.save(), 300); // not put off by further typing: a killed phone loses this much
  }

  async save() {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.store.keepDraft(this.content()).catch(() => undefined);
  }

  content() {
    const all = [...new FormData(this.form)];
    const chosen = (name) => this.form.elements[name].selectedOptions[0];
    const { observed_on: day, observed_at: hour, area } = this.form.elements;
    return {
      id: this.form.elements.submission_id.value,
      unit: this.words.unit,
      unitName: this.words.unitName,
      order: this.order,
      label: `${area.value ? chosen("area").textContent : this.words.unitName} ${day.value} ${hour.value}`,
      fields: all.filter(([name, value]) => typeof value === "string" && !NOT_KEPT.has(name)),
      photos: all.filter(([, value]) => value instanceof File && value.size).map(([, file]) => ({ name: file.name, blob: file })),
    };
  }

  // ---- handing in ----
  async submit(event) {
    if (!this.ready) return; // no store: the form is sent as any other
    event.preventDefault();
    if (this.busy) return;
    this.busy = true;
    this.form.setAttribute("aria-busy", "true");
    try {
      await this.handIn();
    } finally {
      this.busy = false;
      this.form.removeAttribute("aria-busy");
    }
  }

  async handIn() {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.shrinking;
    this.forgetErrors();
    const problems = navigator.onLine ? {} : this.missing();
    if (Object.keys(problems).length) {
      await this.save();
      this.showErrors(problems);
      return;
    }
    const card = this.content();
    try {
      await this.store.queue(card);
    } catch {
      this.say("full", "danger");
      return;
    }
    this.say("sending", "info");
    const known = await this.queue.outcomeOf(card.id, ANSWER_PATIENCE);
    this.note?.remove();
    if (known?.state === "arrived") {
      window.location.assign(known.location);
      return;
    }
    if (known?.state === "refused") {
      const draft = await this.store.reopen(known);
      this.form.elements.submission_id.value = draft.id;
      this.order = draft.order;
      this.list.show();
      this.showErrors(known.errors);
      return;
    }
    this.empty();
    this.say("waiting", "success");
    this.list.show();
  }

  // What can be seen without the portal. Names are looked for when the card arrives there.
  missing() {
    const { elements } = this.form;
    const number = (name) => Number(elements[name].value) || 0;
    const found = {};
    if (!elements.area.value) found.area = [this.words.missingArea];
    if (number("seconds") < SHORTEST) found.seconds = [this.words.missingSeconds];
    const checked = (name) => this.form.querySelectorAll(`input[name="${name}"]:checked`).length;
    if (!checked("steps")) found.steps = [this.words.missingSteps];
    if (!elements.out_of_sight.checked) found.out_of_sight = [this.words.missingSight];
    if (this.photos.files.length && !elements.no_faces.checked) found.no_faces = [this.words.missingFaces];
    const team = [elements.i_observed.checked, ...["1", "2", "3"].map((n) => elements[`colleague_${n}`]?.value)].filter(Boolean).length;
    const planned = this.form.querySelector("input[name=kind]:checked")?.value === "planned";
    if (team < (planned ? 2 : 1)) found.colleague_1 = [planned ? this.words.missingTeam : this.words.missingObserver];
    const counters = [...this.form.querySelectorAll("[data-counter]")];
    if (!counters.some((field) => Number(field.value) > 0)) found[""] = [this.words.missingCount];
    const unsafe = new Set(counters.filter((f) => f.dataset.counter !== "safe" && Number(f.value) > 0).map((f) => f.name.split("_")[0]));
    unsafe.forEach((category) => {
      const said = (name) => elements[name].value.trim();
      if (!said(`${category}_action`) && !said(`${category}_later`) && !(unsafe.size === 1 && said("immediate_action"))) {
        found[`${category}_action`] = [this.words.missingAction];
      }
    });
    return found;
  }

  // ---- sentences beside their fields, as the portal itself would show them ----
  forgetErrors() {
    this.note?.remove();
    this.form.querySelectorAll(".field-error, [data-error-summary], [data-focus-on-load]").forEach((shown) => shown.remove());
    this.form.querySelectorAll(".has-error").forEach((box) => box.classList.remove("has-error"));
    this.form.querySelectorAll("[aria-invalid]").forEach((control) => {
      control.removeAttribute("aria-invalid");
      control.classList.remove("is-invalid");
    });
  }

  showErrors(errors) {
    this.forgetErrors();
    const summary = document.getElementById("card-errors").content.firstElementChild.cloneNode(true);
    const list = summary.querySelector("ul");
    Object.entries(errors).forEach(([name, sentences]) => {
      const box = this.boxOf(name);
      const label = box?.querySelector("legend, label");
      (sentences.length ? sentences : [this.words.failed]).forEach((sentence) => {
        const line = document.createElement("li");
        if (label) {
          const link = document.createElement("a");
          link.href = `#id_${name}`;
          link.textContent = (label.firstChild?.textContent || label.textContent).trim();
          line.append(link, ": ");
        }
        line.append(sentence);
        list.append(line);
      });
      if (box) this.markWrong(box, name, sentences);
    });
    this.form.querySelector("[data-draft-region]").prepend(summary);
    const first = this.form.querySelector(".card-step .field-error");
    if (first) cardSteps.showField(first);
    this.form.querySelectorAll(".card-step .field-error").forEach((one) => {
      const details = one.closest("details");
      if (details) details.open = true;
    });
    summary.focus();
    summary.scrollIntoView({ block: "start" });
  }

  boxOf(name) {
    if (!name) return null;
    return this.form.querySelector(`[name="${name}"]:not([type=hidden])`)?.closest(".count-row, fieldset.field, .field") ?? null;
  }

  markWrong(box, name, sentences) {
    const error = document.createElement("div");
    error.className = "field-error";
    error.id = `id_${name}_error`;
    error.append(...sentences.map((text) => Object.assign(document.createElement("p"), { className: "mb-1", textContent: text })));
    box.classList.add("has-error");
    const control = this.form.querySelector(`[name="${name}"]`);
    if (box.matches("fieldset")) box.querySelector("legend").after(error);
    else if (box.matches(".count-row")) box.append(error);
    else (control.closest(".form-check") || control).before(error);
    control.setAttribute("aria-invalid", "true");
    control.classList.add("is-invalid");
    const described = (control.getAttribute("aria-describedby") || "").split(" ").filter(Boolean);
    if (!described.includes(error.id)) control.setAttribute("aria-describedby", [...described, error.id].join(" "));
  }

  say(what, tone, buttons = []) {
    this.note?.remove();
    this.note = document.createElement("div");
    this.note.className = `notice tone-${tone}`;
    this.note.setAttribute("role", "status");
    this.note.append(Object.assign(document.createElement("p"), { textContent: this.words[what] }));
    buttons.forEach(([label, act]) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm btn-outline-primary ms-auto", textContent: label });
      button.addEventListener("click", act);
      this.note.append(button);
    });
    if (what === "sending" || what === "full") this.form.append(this.note);
    else this.form.prepend(this.note);
  }

  // ---- photos: made smaller on the phone; written anew, they carry neither place nor time ----
  takePhotos() {
    this.showThumbs();
    this.shrinking = (async () => {
      const files = new DataTransfer();
      for (const file of [...this.photos.files].slice(0, Number(this.photos.dataset.photos))) files.items.add(await smaller(file));
      this.photos.files = files.files;
      this.showThumbs();
      this.saveSoon();
    })();
  }

  showThumbs() {
    this.thumbs.querySelectorAll("img").forEach((picture) => URL.revokeObjectURL(picture.src));
    const pictures = [...this.photos.files].map((file, place) => {
      const alt = `${this.words.photo} ${place + 1}`;
      return Object.assign(document.createElement("img"), { src: URL.createObjectURL(file), alt });
    });
    this.thumbs.replaceChildren(...pictures);
  }

  // ---- the page itself, for the next time without a network ----
  async keepPage() {
    const account = document.querySelector(".account-name")?.textContent;
    if (!navigator.serviceWorker || !window.caches || account === undefined || window.location.pathname !== this.words.card) return;
    try {
      await navigator.serviceWorker.register(this.words.worker, { scope: this.words.card });
      await navigator.serviceWorker.ready;
      if (navigator.onLine) {
        localStorage.setItem("card-pages-of", account);
        const pages = await caches.open("card-pages");
        const passedWorker = performance.getEntriesByType("navigation")[0]?.workerStart > 0;
        if (!passedWorker || !(await pages.match(window.location.href, { ignoreVary: true }))) {
          const page = await fetch(window.location.href);
          if (page.ok && !page.redirected) await pages.put(window.location.href, page);
        }
        await keepFiles();
      }
      this.list.section.dataset.offline = "ready";
      this.list.section.querySelector("[data-queue-ready]").hidden = false;
    } catch {
      // Without a worker the page needs the network to open; what is open keeps its cards all the same.
    }
  }
}

const fill = (control, values) => {
  if (!control.name || control.type === "file" || NOT_KEPT.has(control.name)) return;
  const kept = values.get(control.name) || [];
  if (control.type === "checkbox" || control.type === "radio") control.checked = kept.includes(control.value);
  else if (kept.length) control.value = kept[0];
};

const smaller = async (file) => {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
    return blob ? new File([blob], file.name.replace(/\.[^.]*$/, "") + ".jpg", { type: "image/jpeg" }) : file;
  } catch {
    return file; // no picture the phone can read: the portal judges it
  }
};

// Every file this page was made of; those of an older edition of the portal go.
const keepFiles = async () => {
  const linked = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src], use")].map(
    (element) => element.src || element.href?.baseVal || element.getAttribute("href"),
  );
  const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
  const wanted = new Set();
  [...linked, ...loaded].forEach((address) => {
    const url = new URL(address, window.location.href);
    url.hash = "";
    if (url.origin === window.location.origin && url.pathname.startsWith(document.querySelector("form[data-card]").dataset.static)) wanted.add(url.href);
  });
  const files = await caches.open("card-files");
  const known = new Set((await files.keys()).map((request) => request.url));
  await Promise.all([...wanted].filter((url) => !known.has(url)).map((url) => files.add(url)));
  await Promise.all([...known].filter((url) => !wanted.has(url)).map((url) => files.delete(url)));
};

const queueSection = document.querySelector("[data-queue]");
if (cardForm && queueSection && window.indexedDB) {
  new CardForm(cardForm, queueSection).start().catch(() => (queueSection.hidden = true));
}
