// Contact with the service while a copy is kept: says when there is none, removes from the copy what
// was withdrawn, takes in what is new, and leaves links only to what can be opened.

import { element, fill } from "../map/dom.js";
import { nodesOf } from "../map/marks.js";
import { linkOnlyTo, linkToAll } from "./links.js";
import { canKeep, clearUp, renewMap, wasSaved } from "./saving.js";
import { fetchOpenings } from "./shelters.js";
import { fetchList, keptCopy, layersMissing, withdraw } from "./store.js";

const EVERY = 10 * 60_000; // milliseconds

// `revisions` are those of the page's layers by id. Returns what looks anew.
export function keepContact({ revisions, dateOf, words }) {
  const banner = document.getElementById("connection");
  let contacts = 0;
  let running = 0;
  addEventListener("offline", contact);
  addEventListener("online", contact);
  document.addEventListener("visibilitychange", () => document.hidden || contact());
  setInterval(contact, EVERY);
  contact();
  return contact;

  // The banner says how many are under way: that one ended, nothing else tells.
  async function contact() {
    banner.dataset.contacts = ++running;
    await look(++contacts);
    banner.dataset.contacts = --running;
  }

  // One that a later contact overtakes leaves the rest to that one: what it was told may be old.
  async function look(nth) {
    const copy = canKeep() ? await keptCopy().catch(() => null) : null;
    const list = copy && (await fetchList().catch(() => null));
    if (nth !== contacts) return;
    if (!copy) {
      if (navigator.onLine) linkToAll();
      else linkOnlyTo([]);
      say(withoutCopy());
      if (canKeep()) await clearUp().catch(() => {});
      return;
    }
    // What fails of it is tried again at the next contact.
    if (list) await withdraw(list).catch(() => {});
    const missing = list ? 0 : await layersMissing(copy);
    if (nth !== contacts) return;
    if (list) linkToAll();
    else linkOnlyTo(missing ? ["/"] : ["/", "/here"]);
    say(list ? outdated(list) : withoutNetwork(copy, missing));
    if (list) await renewMap(list).catch(() => {});
    // After that: into the copy that counts.
    if (list) await fetchOpenings().catch(() => {});
  }

  function withoutCopy() {
    if (!navigator.onLine) return [words.offline, " ", words.notices];
    return canKeep() && wasSaved() ? [words.lost] : [];
  }

  // `count` layers are missing in the copy.
  function withoutNetwork(copy, count) {
    const parts = [fill(words.offlineCopy, { date: dateOf(copy) }), " ", words.notices];
    if (count) parts.push(" ", fill(words.missing, { count }));
    const old = outdated(copy);
    return old.length ? [...parts, " ", ...old] : parts;
  }

  function say(parts) {
    banner.replaceChildren(...parts.flatMap((part) => (typeof part === "string" ? nodesOf(part) : [part])));
  }

  // That the page shows other revisions than the list holds, if it does.
  function outdated({ files }) {
    const urls = new Set(files.map(({ url }) => url));
    const isSame = Object.entries(revisions).every(([id, revision]) => urls.has(`/offline/${id}.pack?v=${revision}`));
    return isSame ? [] : [words.outdated, " ", element("a", { href: "" }, words.reload)];
  }
}
