// Answers for the service where it cannot be reached, from the copy of the map that the reader asked
// to keep; it is registered only as long as there is one. Pages come from the network first, and what
// the city says of the moment (/notices, /here) is never kept.

import { keptTile, tileAddress } from "./offline/pack.js";
import { fetchList, keptCopy, withdraw } from "./offline/store.js";

// Milliseconds after which a network that does not answer counts as none, for the map.
const PATIENCE = 6_000;
// Files whose address changes with what they hold.
const IMMUTABLE = /^\/static\/|^\/map\.[0-9a-f]+\.js$|^\/base\.geojson$|^\/search\/index\.json$|\/coverage\.geojson$/;

const DEFAULT_LANGUAGE = "ja";

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  const tile = tileAddress(url);
  if (request.mode === "navigate") event.respondWith(page(event, url));
  else if (tile) event.respondWith(keptOr(request, keptTile(tile)));
  else if (IMMUTABLE.test(url.pathname)) event.respondWith(keptOr(request, caches.match(url.href)));
});

// A copy that cannot be read is as good as none. The browser's own cache is passed by: it may hold
// what was withdrawn from the copy.
async function keptOr(request, kept) {
  return (await kept.catch(() => null)) ?? fetch(request, { cache: "no-store" });
}

async function page(event, url) {
  try {
    const response = await answered(event.request, url);
    if (url.pathname !== "/") event.waitUntil(removeWithdrawn()); // the map looks by itself
    return response;
  } catch (error) {
    const kept = await keptPage(url);
    if (kept) return kept;
    throw error;
  }
}

async function answered(request, url) {
  const response = fetch(request);
  if (url.pathname !== "/" || !(await keptCopy().catch(() => null))) return response;
  const tooLate = new Promise((_, reject) => {
    setTimeout(() => reject(new Error("the network does not answer")), PATIENCE);
  });
  const answer = await Promise.race([response, tooLate]);
  // A gateway's word that the service is not there.
  if (answer.status >= 500) throw new Error(`the service answers ${answer.status}`);
  return answer;
}

// The map, or the page that says what cannot be had, in the language asked for.
async function keptPage(url) {
  const copy = await keptCopy().catch(() => null);
  if (!copy) return null;
  const path = url.pathname === "/" ? "/offline/map" : "/offline";
  // The choice that the browser keeps for the service is not to be seen here.
  const wanted = [url.searchParams.get("lang"), ...navigator.languages].filter(Boolean);
  for (const lang of [...wanted, ...wanted.map((tag) => tag.split("-")[0]), DEFAULT_LANGUAGE]) {
    const page = await copy.cache.match(`${path}?lang=${encodeURIComponent(lang)}`);
    if (page) return page;
  }
  return null;
}

async function removeWithdrawn() {
  try {
    await withdraw(await fetchList());
  } catch {
    // Not reached: it is looked for again at the next contact.
  }
}
