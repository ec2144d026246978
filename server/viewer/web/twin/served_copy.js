// What the static copy has now, with the form of a map that a device keeps (offline/store.js): answers
// about a place are worked out from either.

import { fetchList } from "../offline/store.js";

const REUSE = 60_000; // milliseconds for which a list counts

let latest = { at: -Infinity, list: null };

export async function servedCopy() {
  const list = await currentList();
  return {
    ...list,
    name: `served ${list.edition}`,
    savedAt: null,
    isCurrent: true,
    cache: { match: (url) => fileOf(list, url) },
  };
}

async function currentList() {
  if (Date.now() - latest.at > REUSE) latest = { at: Date.now(), list: fetchList() };
  try {
    return await latest.list;
  } catch (error) {
    latest = { at: -Infinity, list: null };
    throw error;
  }
}

// The answer of the static server; undefined for what the list does not hold.
async function fileOf({ files }, url) {
  const file = files.find((each) => each.url === url);
  if (!file) return undefined;
  const response = await fetch(file.at ?? file.url);
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  return response;
}
