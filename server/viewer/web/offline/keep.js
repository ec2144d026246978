// "Save this map on this device": a dialog that says what it takes, how far it is and what is kept.

import { fill } from "../map/dom.js";
import { keepContact } from "./contact.js";
import { toFetch } from "./copy.js";
import { KeepDialog } from "./keep_dialog.js";
import { canKeep, forgetLoss, forgetMap, saveMap, wasSaved } from "./saving.js";
import { fetchList, keptCopy, layersMissing } from "./store.js";

// A share of the map's bytes by which the browser's estimate of free room may be wrong.
const SPARE = 1.1;

// The dialog and the banner are in the page; what is shown in which state, too.
export function keep({ revisions, lang, words }) {
  const format = new Intl.DateTimeFormat(lang, { dateStyle: "long", timeStyle: "short" });
  const dateOf = ({ savedAt }) => format.format(savedAt);
  const keeping = new Keeping(words, dateOf, keepContact({ revisions, dateOf, words }));
  const opener = document.getElementById("keep-open");
  opener.hidden = false;
  opener.addEventListener("click", () => keeping.open());
}

class Keeping {
  // `contact` looks anew at what is kept.
  constructor(words, dateOf, contact) {
    this.words = words;
    this.dateOf = dateOf;
    this.contact = contact;
    this.saving = null;
    this.looks = 0;
    this.dialog = new KeepDialog(() => this.left());
    this.dialog.onPress("save", () => this.save());
    this.dialog.onPress("cancel", () => this.saving.abort());
    this.dialog.onPress("delete", () => this.forget());
  }

  open() {
    this.dialog.open();
    if (this.saving) return;
    this.report("");
    this.look();
  }

  left() {
    if (this.dialog.part("lost").hidden) return;
    forgetLoss();
    this.contact();
  }

  // Finds out what is kept and what saving would take now.
  async look() {
    const { dialog } = this;
    if (!canKeep()) return this.show("unable");
    const nth = ++this.looks;
    this.show("asking");
    let copy;
    try {
      copy = await keptCopy();
    } catch {
      return this.show("unable"); // some private windows refuse all storage
    }
    dialog.write("kept", copy ? fill(this.words.kept, { date: this.dateOf(copy) }) : "");
    dialog.part("lost").hidden = copy !== null || !wasSaved();
    dialog.part("frail").hidden = !copy || ((await navigator.storage?.persisted?.()) ?? false);
    const isLast = () => nth === this.looks && !this.saving;
    try {
      const list = await fetchList();
      if (isLast()) this.show(await this.stateOf(copy, list));
    } catch {
      if (isLast()) this.show(copy ? "cut-off" : "unreachable");
    }
  }

  async stateOf(copy, list) {
    const files = toFetch(list, copy);
    const sizes = { sent: megabytes(files, "sent"), bytes: megabytes(list.files, "bytes") };
    this.dialog.write("size", fill(this.words.size, sizes));
    if (!copy) return "new";
    return files.length || (await layersMissing(copy)) ? "older" : "current";
  }

  async save() {
    const { dialog, words } = this;
    this.report("");
    const { signal } = (this.saving = new AbortController());
    this.show("saving");
    dialog.progress(0);
    dialog.part("cancel").focus();
    try {
      const list = await fetchList();
      await checkRoom(list);
      const isSaved = await saveMap(list, { signal, onShare: (share) => dialog.progress(share) });
      this.report(isSaved ? words.saved : words.busy);
    } catch (error) {
      this.report(signal.aborted ? words.cancelled : this.reasonOf(error));
    }
    this.saving = null;
    await this.lookAgain();
  }

  async forget() {
    await forgetMap();
    this.report(this.words.deleted);
    await this.lookAgain();
  }

  async lookAgain() {
    await this.look();
    this.dialog.part("close").focus();
    this.contact();
  }

  show(state) {
    this.dialog.show(state);
    this.dialog.write("save", state === "new" ? this.words.save : this.words.update);
  }

  report(text) {
    this.dialog.write("report", text);
  }

  reasonOf({ name }) {
    if (name === "QuotaExceededError") return this.words.full;
    const isRefused = name === "SecurityError" || name === "NotAllowedError";
    return isRefused ? this.words.refused : this.words.failed;
  }
}

async function checkRoom({ files }) {
  const estimate = await navigator.storage?.estimate?.();
  const room = estimate?.quota - estimate?.usage; // NaN where the browser does not say
  if (room < sum(files, "bytes") * SPARE) throw new DOMException("", "QuotaExceededError");
}

const sum = (files, key) => files.reduce((total, file) => total + file[key], 0);
const megabytes = (files, key) => Math.max(0.1, sum(files, key) / 1e6).toFixed(1);
