// The states of shelters beside the kept map. They are of the moment, and no part of the copy's
// edition: fetched at every contact, and told with the time at which they were.

import { KeptOpenings } from "../answer/openings.js";
import { keptCopy } from "./store.js";

export const ADDRESS = "/shelters.json";
const KEPT = "/offline/shelters";
const CURRENT = 90_000; // milliseconds for which what was fetched counts as what the service says now
const PATIENCE = 3_000; // milliseconds

// Fetches them, and keeps what comes in the copy, if there is one. Rejects where nothing comes. They
// are as old as the question: a device may sleep between that and their being kept.
export async function fetchOpenings() {
  const at = Date.now();
  const response = await fetch(ADDRESS, { cache: "no-store", signal: AbortSignal.timeout?.(PATIENCE) });
  if (!response.ok) throw new Error(`${ADDRESS}: ${response.status}`);
  const told = await response.json();
  const copy = await keptCopy().catch(() => null); // there are no caches without https
  await copy?.cache.put(KEPT, new Response(JSON.stringify({ told, at })));
  return told;
}

// What the copy before a new one has of them, until the service tells.
export async function carryOpenings(before, cache) {
  const kept = await before?.cache.match(KEPT);
  if (kept) await cache.put(KEPT, kept);
}

// Those for an answer from the copy: asked for where the kept ones are not of just now.
export async function openingsOf(copy) {
  const known = await read(copy);
  if (isRecent(known)) return new KeptOpenings(known.told, true, Date.now());
  const told = await fetchOpenings().catch(() => null);
  return new KeptOpenings(told ?? known?.told ?? null, told !== null, Date.now());
}

// What the copy has in the place of the service's own document: never as current. null without.
export async function keptOpenings() {
  const known = await read(await keptCopy());
  return known ? { ...known.told, is_current: false } : null;
}

async function read(copy) {
  const kept = await copy?.cache.match(KEPT);
  return kept ? kept.json() : null;
}

function isRecent(known) {
  const age = known ? Date.now() - known.at : Infinity;
  return age >= 0 && age < CURRENT;
}
