// Keeping a copy of the map and giving it up, with the worker that answers from it.

import { makeCopy, toFetch } from "./copy.js";
import { fetchOpenings } from "./shelters.js";
import { copyNames, deleteCopies, keptCopy, layersMissing } from "./store.js";

const WORKER = "/sw.js";
// Remembers that a map was saved: a browser may delete the copy by itself.
const SAVED = "bosai.saved";

export const canKeep = () => "serviceWorker" in navigator && "caches" in globalThis;

// Whether a copy was saved and not deleted by the reader.
export function wasSaved() {
  try {
    return localStorage.getItem(SAVED) !== null;
  } catch {
    return false; // a browser that refuses storage throws
  }
}

// Once its reader knows that the browser deleted the copy.
export const forgetLoss = () => localStorage.removeItem(SAVED);

// `onShare` is told of the share that has come, up to 1. Rejects with what went wrong, a
// QuotaExceededError where the device has no room; the copy before it is whole then.
// Resolves to null when the map is being saved already, here or in another window.
export function saveMap(list, { signal, onShare = () => {} } = {}) {
  return exclusively(async () => {
    const before = await keptCopy();
    try {
      await navigator.serviceWorker.register(WORKER);
      navigator.storage?.persist?.().catch(() => {}); // asks the reader, in some browsers
      await makeCopy(list, before, { signal, onBytes: counter(toFetch(list, before), onShare) });
    } catch (error) {
      if (!before) await unregister();
      throw error;
    }
    localStorage.setItem(SAVED, "1");
    await fetchOpenings().catch(() => {});
    return true;
  });
}

export function forgetMap() {
  forgetLoss();
  return deleteAll();
}

// Deletes what is left of a first saving that was cut short, unless one goes on.
export async function clearUp() {
  if ((await copyNames()).length) await exclusively(deleteAll);
}

const deleteAll = () => Promise.all([deleteCopies(), unregister()]);

// Makes the kept map the one of the list; deletes what was cut short, and registers the worker
// again where the browser dropped it. Rejects with what went wrong; the copy before it is whole then.
export function renewMap(list) {
  return exclusively(async () => {
    const copy = await keptCopy();
    if (!copy) return;
    await deleteCopies(copy.name);
    await navigator.serviceWorker.register(WORKER);
    if (!(await caches.has(copy.name))) return unregister(); // given up meanwhile
    const isWhole = copy.edition === list.edition && (await layersMissing(copy)) === 0;
    if (!isWhole) await makeCopy(list, copy);
  });
}

function counter(files, onShare) {
  const all = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let received = 0;
  return (bytes) => {
    received += bytes;
    onShare(received / all);
  };
}

let isWorking = false;

async function exclusively(work) {
  if (isWorking) return null;
  isWorking = true;
  try {
    if (!navigator.locks) return await work();
    const ifFree = (lock) => lock && work();
    return await navigator.locks.request("bosai.copy", { ifAvailable: true }, ifFree);
  } finally {
    isWorking = false;
  }
}

async function unregister() {
  const registrations = await navigator.serviceWorker.getRegistrations();
  await Promise.all(registrations.map((registration) => registration.unregister()));
}
