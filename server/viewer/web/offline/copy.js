// Makes a copy of the map, whole or not at all: the copy before it stays until the new one counts.

import { carryOpenings } from "./shelters.js";
import { deleteCopies, fetchList, markKept, newCopyName } from "./store.js";

// What of the list must be fetched: the rest is in the copy before it, unchanged.
export function toFetch(list, before) {
  const revisionOf = new Map(before?.files.map(({ url, revision }) => [url, revision]));
  return list.files.filter(({ url, revision }) => revisionOf.get(url) !== revision);
}

// `onBytes` is told of the bytes as they come. Rejects, and keeps nothing new, when it is aborted,
// when a file fails or the storage is full, when what is served changed meanwhile, or when another
// window deleted what was made.
export async function makeCopy(list, before, { signal, onBytes = () => {} } = {}) {
  const name = newCopyName();
  const fetched = new Set(toFetch(list, before));
  try {
    const cache = await caches.open(name);
    for (const file of list.files) {
      const same = fetched.has(file) ? null : await before.cache.match(file.url);
      await cache.put(file.url, same ?? (await download(file, signal, onBytes)));
    }
    if ((await fetchList()).edition !== list.edition) throw new Error("the map changed meanwhile");
    if (!(await caches.has(name))) throw new Error("the copy was deleted meanwhile");
    signal?.throwIfAborted?.();
    await carryOpenings(before, cache);
    await markKept(cache, list);
  } catch (error) {
    await caches.delete(name);
    throw error;
  }
  await deleteCopies(name);
}

// `at` is where a static copy has what the service answers at `url`.
async function download({ url, at = url, bytes }, signal, onBytes) {
  const response = await fetch(at, { cache: "no-store", signal });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  let received = 0;
  const counter = new TransformStream({
    transform(chunk, controller) {
      received += chunk.byteLength;
      onBytes(chunk.byteLength);
      controller.enqueue(chunk);
    },
    flush() {
      if (received !== bytes) throw new Error(`${url}: ${received} bytes; wanted ${bytes}`);
    },
  });
  const headers = new Headers(response.headers);
  headers.delete("Content-Encoding"); // the bytes come unpacked
  headers.delete("Content-Length");
  return new Response(response.body.pipeThrough(counter), { headers });
}
