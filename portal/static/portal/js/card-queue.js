// Hands in the cards that wait in the phone, in their order, when there is a network; and shows what became of each.
// Every try of a card carries the same id, so that however many arrive, one is kept and all get the same receipt.
"use strict";

const PAUSES = [5, 10, 20, 40, 60, 120]; // seconds between tries; the last repeats
const ASK_PATIENCE = 10_000;
const SEND_PATIENCE = 20_000;
const PHOTO_PATIENCE = 20_000; // more for each photo
const ASKED_AT_ONCE = 50;

// A request that hangs is given up, so that it never holds the others back.
const timedFetch = async (address, options, patience) => {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), patience);
  try {
    const answer = await fetch(address, { ...options, signal: stop.signal });
    const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    return { status: answer.status, said: isJson ? await answer.json() : null };
  } catch {
    return { status: 0, said: null, hung: stop.signal.aborted };
  } finally {
    clearTimeout(timer);
  }
};

class CardQueue extends EventTarget {
  constructor(store, { address, session }) {
    super();
    this.store = store;
    this.address = address;
    this.sessionAddress = session;
    this.tries = 0;
    this.status = "";
    window.addEventListener("online", () => this.run());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.run());
  }

  tell(status = this.status) {
    this.status = status;
    this.dispatchEvent(new Event("change"));
  }

  // One run at a time, in one window at a time; a call during a run means another run after it.
  async run() {
    if (this.running) {
      this.again = true;
      return this.running;
    }
    clearTimeout(this.timer);
    this.running = this.alone().finally(() => {
      this.running = undefined;
      if (this.again) {
        this.again = false;
        this.run();
      }
    });
    return this.running;
  }

  async alone() {
    try {
      if (!navigator.locks) return await this.handInAll();
      return await navigator.locks.request(`cards-of-${this.store.writer}`, { ifAvailable: true }, (lock) =>
        lock ? this.handInAll() : this.later(""),
      );
    } catch {
      return this.later("trouble"); // the store itself failed: nothing was changed
    }
  }

  later(status) {
    const seconds = PAUSES[Math.min(this.tries, PAUSES.length - 1)];
    this.tries += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.run(), seconds * 1000);
    this.tell(status);
  }

  async handInAll() {
    const waiting = await this.store.waiting();
    if (!waiting.length) {
      this.tries = 0;
      return this.tell("");
    }
    if (!navigator.onLine) return this.later("offline");
    this.tell("sending");
    let session = await this.ask(waiting);
    if (typeof session === "string") return this.later(session);
    if (!session.signed_in) return this.tell("signedOut");
    if (session.writer !== this.store.writer) return this.tell("otherWriter");
    let stumbled = 0;
    for (const card of waiting) {
      let outcome = session.cards[card.id]?.state === "accepted" ? session.cards[card.id] : await this.handIn(card, session.token);
      if (outcome.state === "token") {
        session = await this.ask([card]);
        if (typeof session === "string") return this.later(session);
        if (!session.signed_in) return this.tell("signedOut");
        if (session.writer !== this.store.writer) return this.tell("otherWriter");
        outcome = await this.handIn(card, session.token);
      }
      if (outcome.state === "accepted") {
        await this.store.arrived(card, outcome);
        this.tries = 0;
        stumbled = 0;
      } else if (outcome.state === "refused") {
        await this.store.refused(card, outcome.errors, outcome.fresh_id);
      } else if (outcome.state === "sign_in") {
        return this.tell("signedOut");
      } else if (outcome.state === "other_writer") {
        return this.tell("otherWriter");
      } else {
        // One card that hangs or fails is passed by; two in a row are the network or the portal.
        stumbled += 1;
        if (outcome.stop || stumbled > 1) return this.later(outcome.status);
      }
      this.tell();
    }
    if (stumbled) return this.later("trouble");
    this.again ||= (await this.store.waiting()).length > 0;
    return this.tell("");
  }

  // Who is signed in, with a token that is good now, and which cards arrived although their answer was lost.
  async ask(cards) {
    const ids = cards.slice(0, ASKED_AT_ONCE).map((card) => `id=${card.id}`).join("&");
    const { status, said } = await timedFetch(`${this.sessionAddress}?${ids}`, { headers: { Accept: "application/json" } }, ASK_PATIENCE);
    if (said && status === 200) return said;
    return status ? "trouble" : "offline";
  }

  async handIn(card, token) {
    const body = new FormData();
    card.fields.forEach(([name, value]) => body.append(name, value));
    card.photos.forEach(({ name, blob }) => body.append("files", blob, name));
    const headers = { Accept: "application/json", "X-CSRFToken": token };
    const patience = SEND_PATIENCE + PHOTO_PATIENCE * card.photos.length;
    const { status, said, hung } = await timedFetch(this.address, { method: "POST", body, headers }, patience);
    if (said?.state) {
      if (status === 429) return { state: "later", stop: true, status: "busy" };
      return said;
    }
    if (status === 0) return { state: "later", stop: !hung, status: "offline" };
    if (status === 403) return { state: "token" };
    if (status === 404) return { state: "refused", errors: { "": [] } };
    return { state: "later", stop: status === 502 || status === 503 || status === 504, status: "trouble" };
  }

  // What became of one card, as far as it is known within `patience` milliseconds.
  async outcomeOf(id, patience) {
    const run = this.run().then(() => this.running); // a run that was under way does not know this card yet
    await Promise.race([run, new Promise((resolve) => setTimeout(resolve, patience))]);
    return (await this.store.cards()).find((card) => card.id === id);
  }
}

// ---- the list on the page ----
class QueueList {
  constructor(section, queue, { reopen }) {
    this.section = section;
    this.queue = queue;
    this.reopen = reopen;
    this.words = section.dataset;
    queue.addEventListener("change", () => this.show());
    section.querySelector("[data-queue-send]").addEventListener("click", () => {
      queue.tries = 0;
      queue.run();
    });
    section.hidden = false;
  }

  async show() {
    const cards = await this.queue.store.cards();
    const drafts = (await this.queue.store.drafts()).filter((draft) => draft.unit !== this.words.unit);
    const waiting = cards.filter((card) => card.state === "waiting").length;
    const refused = cards.filter((card) => card.state === "refused").length;
    const status = this.section.querySelector("[data-queue-status]");
    const said = this.words[`status${this.queue.status[0]?.toUpperCase() || ""}${this.queue.status.slice(1)}`];
    const line = [waiting ? this.words.waitingCount.replace("0", waiting) : this.words.nothingWaits];
    if (waiting && said) line.push(said);
    if (status.textContent !== line.join(" ")) status.textContent = line.join(" ");
    this.section.classList.toggle("has-waiting", waiting > 0 || refused > 0);
    this.section.querySelector("[data-queue-send]").hidden = !waiting || this.queue.status === "sending";
    this.section.querySelector("[data-queue-sign-in]").hidden = this.queue.status !== "signedOut";
    this.section.querySelector("[data-queue-reload]").hidden = this.queue.status !== "otherWriter";
    const lines = [...drafts.map((draft) => this.draftLine(draft)), ...cards.reverse().map((card) => this.cardLine(card))];
    this.section.querySelector("[data-queue-list]").replaceChildren(...lines);
    this.section.querySelector("[data-queue-more]").hidden = !lines.length;
    if (refused) this.section.querySelector("[data-queue-more]").open = true;
  }

  line(state, label) {
    const made = this.section.querySelector("template").content.firstElementChild.cloneNode(true);
    made.dataset.state = state;
    made.querySelector("[data-label]").textContent = label;
    made.querySelector("[data-word]").textContent = this.words[`word${state[0].toUpperCase()}${state.slice(1)}`];
    return made;
  }

  cardLine(card) {
    const made = this.line(card.state, card.label);
    if (card.state === "arrived") {
      const link = made.querySelector("a");
      link.href = card.location;
      link.textContent = card.receipt;
      link.hidden = false;
    }
    if (card.state === "refused") {
      const reasons = Object.values(card.errors).flat();
      made.querySelector("ul").append(
        ...(reasons.length ? reasons : [this.words.notTaken]).map((text) => Object.assign(document.createElement("li"), { textContent: text })),
      );
      const [mend, discard] = made.querySelectorAll("button");
      mend.addEventListener("click", () => this.reopen(card));
      discard.addEventListener("click", async () => {
        if (!window.confirm(this.words.sure)) return;
        await this.queue.store.discard(card.id);
        this.show();
      });
      made.querySelector("[data-buttons]").hidden = false;
    }
    return made;
  }

  draftLine(draft) {
    const made = this.line("draft", draft.unitName);
    const link = made.querySelector("a");
    link.href = `?unit=${encodeURIComponent(draft.unit)}`;
    link.textContent = this.words.goOn;
    link.hidden = false;
    return made;
  }
}
