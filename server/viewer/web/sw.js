// Answers for the service where it cannot be reached, from the copy of the map that the reader asked
// to keep; it is registered only as long as there is one. Pages come from the network first, answers
// about a place (as JSON) from the copy as long as it is current. Alerts (/notices) are never kept, nor
// is any place that was asked about; whether shelters are open is, and told with its age.

import { plain } from "./map/marks.js";
import { asksForJson, keptAnswer } from "./offline/answers.js";
import { keptTile, tileAddress } from "./offline/pack.js";
import { ADDRESS, fetchOpenings, keptOpenings } from "./offline/shelters.js";
import { fetchList, keptCopy, withdraw } from "./offline/store.js";
import { asServed } from "./twin/spelling.js";

// Milliseconds after which a network that does not answer counts as none, where the copy can answer.
const PATIENCE = 6_000;
// Files whose address changes with what they hold.
const IMMUTABLE = /^\/static\/|^\/map\.[0-9a-f]+\.js$|^\/base\.geojson$|^\/search\/index\.json$|\/coverage\.geojson$/;
// Pages of those who are signed in: always from the service, and nothing of them is looked at here.
const STAFF = /^\/staff(?:\/|$)/;

const DEFAULT_LANGUAGE = "ja";
// The answer that the kept page about a place shows: with its marks, and when it was saved.
const MARKED_ANSWER = "/offline/answer";

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = asServed(new URL(request.url));
  if (request.method !== "GET" || url.origin !== location.origin || STAFF.test(url.pathname)) return;
  const tile = tileAddress(url);
  if (request.mode === "navigate") event.respondWith(page(event, url));
  else if (asksForJson(url)) event.respondWith(answer(request, url));
  else if (url.pathname === MARKED_ANSWER) event.respondWith(markedAnswer(url));
  else if (url.pathname === ADDRESS) event.respondWith(openings(request));
  else if (tile) event.respondWith(keptOr(request, keptTile(tile)));
  else if (IMMUTABLE.test(url.pathname)) event.respondWith(keptOr(request, caches.match(url.href)));
});

// A copy that cannot be read is as good as none. The browser's own cache is passed by: it may hold
// what was withdrawn from the copy.
async function keptOr(request, kept) {
  return (await kept.catch(() => null)) ?? fetch(request, { cache: "no-store" });
}

async function answer(request, url) {
  const kept = await answerInLanguage(url).catch(() => null);
  const written = () => json(writtenFor(url, JSON.stringify(kept.answer)));
  if (kept?.isCurrent) return written();
  if (!kept) return fetch(request);
  try {
    return isThere(await fetch(request));
  } catch {
    return written();
  }
}

// As the service writes it: with the marks of readings and languages only where they are asked for.
const writtenFor = ({ searchParams }, text) => (searchParams.get("marks") === "1" ? text : plain(text));

// From the network; without it what was said last, and not as what is said now.
async function openings(request) {
  try {
    return json(JSON.stringify(await fetchOpenings()));
  } catch {
    const kept = await keptOpenings().catch(() => null);
    return kept ? json(JSON.stringify(kept)) : fetch(request);
  }
}

async function markedAnswer(url) {
  const kept = await answerInLanguage(url).catch(() => null);
  return kept ? json(JSON.stringify(kept)) : Response.error();
}

// Only in the language asked for: the choice that the browser keeps for the service is not to be seen
// here.
async function answerInLanguage(url) {
  for (const lang of shortened([url.searchParams.get("lang")].filter(Boolean))) {
    const kept = await keptAnswer(url, lang);
    if (kept) return kept;
  }
  return null;
}

const json = (text) =>
  new Response(text, { headers: { "Content-Type": "application/json", "Cache-Control": "no-store" } });

async function page(event, url) {
  const asked = fetch(event.request);
  asked.catch(() => {}); // it is told below
  const kept = await keptInPlace(url).catch(() => null);
  try {
    const response = await (kept ? answered(asked) : asked);
    if (url.pathname !== "/") event.waitUntil(removeWithdrawn()); // the map looks by itself
    return response;
  } catch (error) {
    const without = kept ?? (await keptPage("/offline", url).catch(() => null));
    if (without) return without;
    throw error;
  }
}

async function answered(asked) {
  const tooLate = new Promise((_, reject) => {
    setTimeout(() => reject(new Error("the network does not answer")), PATIENCE);
  });
  return isThere(await Promise.race([asked, tooLate]));
}

// Throws on a gateway's word that the service is not there.
function isThere(response) {
  if (response.status >= 500) throw new Error(`the service answers ${response.status}`);
  return response;
}

// What the copy has in the place of a page: the map, and what is known of a place where it can say it.
async function keptInPlace(url) {
  if (url.pathname === "/") return keptPage("/offline/map", url);
  return url.pathname === "/here" ? keptPage("/offline/here", url, (lang) => keptAnswer(url, lang)) : null;
}

// A page in the language asked for, of those in which `canBe` it.
async function keptPage(path, url, canBe = () => true) {
  const copy = await keptCopy();
  if (!copy) return null;
  const wanted = [url.searchParams.get("lang"), ...navigator.languages].filter(Boolean);
  for (const lang of [...shortened(wanted), DEFAULT_LANGUAGE]) {
    const page = await copy.cache.match(`${path}?lang=${encodeURIComponent(lang)}`);
    if (page && (await canBe(lang))) return page;
  }
  return null;
}

// Language tags, and each without what it says of the language's kind.
const shortened = (tags) => [...tags, ...tags.map((tag) => tag.split("-")[0])];

async function removeWithdrawn() {
  try {
    await withdraw(await fetchList());
    await fetchOpenings();
  } catch {
    // Not reached: it is looked for again at the next contact.
  }
}
