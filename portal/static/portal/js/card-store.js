// Where cards wait in the phone: drafts (one for each writer and unit) and cards that were handed in without a network.
// A write is done when the disk has it: a phone whose battery ends a second later has lost nothing.
"use strict";

const ARRIVED_KEPT = 7 * 24 * 3600 * 1000;

const newId = () => {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};

class CardStore {
  constructor(writer) {
    this.writer = writer;
  }

  open() {
    this.opened ??= new Promise((resolve, reject) => {
      const request = indexedDB.open("observation-cards", 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("drafts", { keyPath: ["writer", "unit"] });
        request.result.createObjectStore("cards", { keyPath: "id" }).createIndex("writer", "writer");
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    return this.opened;
  }

  async within(names, mode, work) {
    const database = await this.open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(names, mode, { durability: "strict" });
      const request = work(transaction);
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onabort = () => reject(transaction.error);
    });
  }

  // ---- drafts ----
  draft(unit) {
    return this.within(["drafts"], "readonly", (t) => t.objectStore("drafts").get([this.writer, unit]));
  }

  async drafts() {
    const all = await this.within(["drafts"], "readonly", (t) => t.objectStore("drafts").getAll());
    return all.filter((draft) => draft.writer === this.writer);
  }

  keepDraft(draft) {
    return this.within(["drafts"], "readwrite", (t) => t.objectStore("drafts").put({ ...draft, writer: this.writer }));
  }

  forgetDraft(unit) {
    return this.within(["drafts"], "readwrite", (t) => t.objectStore("drafts").delete([this.writer, unit]));
  }

  // ---- cards ----
  async cards() {
    const all = await this.within(["cards"], "readonly", (t) => t.objectStore("cards").index("writer").getAll(this.writer));
    return all.sort((a, b) => a.order - b.order);
  }

  async waiting() {
    return (await this.cards()).filter((card) => card.state === "waiting");
  }

  // The draft becomes a card that waits, in one step: it is never both and never neither.
  async queue(card) {
    const last = Math.max(0, ...(await this.cards()).map((one) => one.order));
    const order = card.order || Math.max(Date.now(), last + 1);
    await this.within(["cards", "drafts"], "readwrite", (t) => {
      t.objectStore("cards").put({ ...card, order, writer: this.writer, state: "waiting" });
      return t.objectStore("drafts").delete([this.writer, card.unit]);
    });
  }

  // A card that arrived keeps its number and nothing else.
  arrived(card, { receipt, location }) {
    const { id, writer, unit, order, label } = card;
    const known = { id, writer, unit, order, label, state: "arrived", receipt, location, at: Date.now() };
    return this.within(["cards"], "readwrite", (t) => t.objectStore("cards").put(known));
  }

  refused(card, errors, fresh) {
    return this.within(["cards"], "readwrite", (t) => t.objectStore("cards").put({ ...card, state: "refused", errors, fresh }));
  }

  // A refused card is a draft again, with the sentences that came back.
  async reopen(card) {
    const { unit, unitName, fields, photos, errors, order, label } = card;
    const draft = { writer: this.writer, unit, unitName, fields, photos, errors, order, label, id: card.fresh ? newId() : card.id };
    await this.within(["cards", "drafts"], "readwrite", (t) => {
      t.objectStore("cards").delete(card.id);
      return t.objectStore("drafts").put(draft);
    });
    return draft;
  }

  discard(id) {
    return this.within(["cards"], "readwrite", (t) => t.objectStore("cards").delete(id));
  }

  async forgetOld() {
    const old = (await this.cards()).filter((card) => card.state === "arrived" && Date.now() - card.at > ARRIVED_KEPT);
    for (const card of old) await this.discard(card.id);
  }
}
