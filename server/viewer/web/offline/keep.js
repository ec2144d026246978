// "Save this map on this device": a dialog that says what it takes, how far it is and what is kept.

import { fill } from "../map/dom.js";
import { nodesOf } from "../map/marks.js";
import { keepContact } from "./contact.js";
import { toFetch } from "./copy.js";
import { canKeep, forgetLoss, forgetMap, saveMap, wasSaved } from "./saving.js";
import { fetchList, keptCopy, layersMissing } from "./store.js";

// A share of the map's bytes by which the browser's estimate of free room may be wrong.
const SPARE = 1.1;

// The dialog and the banner are in the page; what is shown in which state, too.
export function keep({ revisions, lang, words }) {
  const dialog = document.getElementById("keep");
  const part = (name) => dialog.querySelector(`[data-part=${name}]`);
  const format = new Intl.DateTimeFormat(lang, { dateStyle: "long", timeStyle: "short" });
  const dateOf = ({ savedAt }) => format.format(savedAt);
  const contact = keepContact({ revisions, dateOf, words });
  let saving = null;
  let looks = 0;

  const opener = document.getElementById("keep-open");
  opener.hidden = false;
  opener.addEventListener("click", open);
  part("close").addEventListener("click", close);
  part("save").addEventListener("click", save);
  part("cancel").addEventListener("click", () => saving.abort());
  part("delete").addEventListener("click", forget);
  dialog.addEventListener("close", left);

  function open() {
    dialog.hidden = false;
    if (dialog.showModal) dialog.showModal();
    else dialog.setAttribute("open", "");
    if (saving) return;
    report("");
    look();
  }

  function close() {
    if (dialog.close) dialog.close();
    else left();
  }

  function left() {
    dialog.hidden = true;
    if (part("lost").hidden) return;
    forgetLoss();
    contact();
  }

  // Finds out what is kept and what saving would take now.
  async function look() {
    if (!canKeep()) return show("unable");
    const nth = ++looks;
    show("asking");
    let copy;
    try {
      copy = await keptCopy();
    } catch {
      return show("unable"); // some private windows refuse all storage
    }
    write("kept", copy ? fill(words.kept, { date: dateOf(copy) }) : "");
    part("lost").hidden = copy !== null || !wasSaved();
    part("frail").hidden = !copy || ((await navigator.storage?.persisted?.()) ?? false);
    try {
      const list = await fetchList();
      if (nth === looks && !saving) show(await stateOf(copy, list));
    } catch {
      if (nth === looks && !saving) show(copy ? "cut-off" : "unreachable");
    }
  }

  async function stateOf(copy, list) {
    const files = toFetch(list, copy);
    const sizes = { sent: megabytes(files, "sent"), bytes: megabytes(list.files, "bytes") };
    write("size", fill(words.size, sizes));
    if (!copy) return "new";
    return files.length || (await layersMissing(copy)) ? "older" : "current";
  }

  async function save() {
    report("");
    const controller = new AbortController();
    saving = controller;
    show("saving");
    progress(0);
    part("cancel").focus();
    try {
      const list = await fetchList();
      await checkRoom(list);
      const isSaved = await saveMap(list, { signal: controller.signal, onShare: progress });
      report(isSaved ? words.saved : words.busy);
    } catch (error) {
      report(controller.signal.aborted ? words.cancelled : reasonOf(error));
    }
    saving = null;
    await look();
    part("close").focus();
    contact();
  }

  async function forget() {
    await forgetMap();
    report(words.deleted);
    await look();
    part("close").focus();
    contact();
  }

  function progress(share) {
    part("progress").value = share;
    part("percent").textContent = `${Math.floor(share * 100)} %`;
  }

  function show(state) {
    for (const each of dialog.querySelectorAll("[data-when]")) {
      each.hidden = !each.dataset.when.split(" ").includes(state);
    }
    write("save", state === "new" ? words.save : words.update);
  }

  function report(text) {
    write("report", text);
  }

  function write(name, text) {
    part(name).replaceChildren(...nodesOf(text));
  }

  function reasonOf({ name }) {
    if (name === "QuotaExceededError") return words.full;
    return name === "SecurityError" || name === "NotAllowedError" ? words.refused : words.failed;
  }
}

async function checkRoom({ files }) {
  const estimate = await navigator.storage?.estimate?.();
  const room = estimate?.quota - estimate?.usage; // NaN where the browser does not say
  if (room < sum(files, "bytes") * SPARE) throw new DOMException("", "QuotaExceededError");
}

const sum = (files, key) => files.reduce((total, file) => total + file[key], 0);
const megabytes = (files, key) => Math.max(0.1, sum(files, key) / 1e6).toFixed(1);
