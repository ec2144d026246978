// The copies of the map that this device keeps, each in a cache of its own. A copy counts from the
// moment its mark is there, which is put last: what was cut short is never taken for the map.

const PREFIX = "map-";
const MARK = "/offline/mark";
// Is in a copy as long as the service was not seen to serve another edition. To take it out needs no room.
const CURRENT = "/offline/current";
const LIST = "/offline.json";
const PATIENCE = 10_000; // milliseconds for the list

export const newCopyName = () => `${PREFIX}${Date.now()}`;

// The names of all copies, finished or not, the newest first.
export async function copyNames() {
  return (await caches.keys()).filter((name) => name.startsWith(PREFIX)).sort().reverse();
}

// The newest finished copy: its cache, when it was saved, and the list it was made from; or null.
export async function keptCopy() {
  for (const name of await copyNames()) {
    const cache = await caches.open(name);
    const mark = await cache.match(MARK);
    if (mark) return { name, cache, isCurrent: Boolean(await cache.match(CURRENT)), ...(await mark.json()) };
  }
  return null;
}

export async function markKept(cache, list) {
  await cache.put(CURRENT, new Response());
  await cache.put(MARK, new Response(JSON.stringify({ ...list, savedAt: Date.now() })));
}

export async function deleteCopies(except = null) {
  const names = (await copyNames()).filter((name) => name !== except);
  await Promise.all(names.map((name) => caches.delete(name)));
}

// What the service has to be kept now; rejects where it cannot be reached.
export async function fetchList() {
  const response = await fetch(LIST, { cache: "no-store", signal: AbortSignal.timeout?.(PATIENCE) });
  if (!response.ok) throw new Error(`${LIST}: ${response.status}`);
  const list = await response.json();
  if (!Array.isArray(list.files)) throw new Error(`${LIST} holds no list`);
  return list;
}

// Deletes every layer's data that the service does not serve any more, from every copy. One of another
// edition is not current from then on.
export async function withdraw(list) {
  const copy = await keptCopy();
  if (copy?.edition === list.edition) await copy.cache.put(CURRENT, new Response()).catch(() => {});
  else await copy?.cache.delete(CURRENT);
  if (!(await notServed(list)).length) return;
  // Another window, or the worker, may have taken in what is newer than this list.
  const now = await fetchList();
  for (const { cache, request } of await notServed(now)) await cache.delete(request);
}

async function notServed({ files }) {
  const served = new Set(files.map(({ url }) => url));
  const entries = [];
  for (const name of await copyNames()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const { pathname, search } = new URL(request.url);
      if (isData(pathname) && !served.has(pathname + search)) entries.push({ cache, request });
    }
  }
  return entries;
}

// Whether a copy lacks files of a layer: those that were withdrawn since it was saved.
export async function layersMissing({ cache, files }) {
  const missing = new Set();
  for (const { url, layer } of files) {
    if (layer !== null && !(await cache.match(url))) missing.add(layer);
  }
  return missing.size;
}

const isData = (pathname) => /\.(pack|answers)$/.test(pathname) || pathname.startsWith("/layers/");
