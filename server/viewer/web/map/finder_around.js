// Places by their names, their kind and their town: see layers/query/search/find.py.

import { AROUND } from "./finder_rank.js";

const LAST = "\uffff"; // before what is sorted behind every name

// A place as the index has it: see `Named` in layers/query/search/index.py.
export function hitOf([name, longitude, latitude, feature = 0, , doubt = 0, flags = [], , , forms = {}]) {
  return { name, longitude, latitude, doubt, feature, flags, forms };
}

// Returns a function from a kind with the keys of its names to those that answer.
export function placeFinder(townKeys, { words, whole }, { rank, holds, isCalled, inOrder, accepts }) {
  const isOne = words.length < 2;
  const names = (town, word) => !isOne && townKeys[town]?.some(([key]) => key.startsWith(word));

  return function answering({ places, keys, termKeys, flags }) {
    const limiting = flags.indexOf(accepts);
    const isLimited = ([, , , , , , values = []]) => (values[limiting] ?? null) !== null;
    const byKind = words.map((word) => isCalled(termKeys, word));
    const isKind = isCalled(termKeys, whole) || byKind.every(Boolean);
    return places
      .map((place, at) => ({ place, key: keys[at][0], quality: qualityOf(keys[at], place[4] ?? -1, byKind, isKind) }))
      .filter(({ quality }) => quality !== null)
      .map(({ place, key, quality }) => {
        const before = quality === AROUND && isLimited(place) ? LAST : "";
        return { quality, order: before + inOrder(key[0]), hit: hitOf(place) };
      });
  };

  function qualityOf(keys, town, byKind, isKind) {
    const quality = rank(keys, { whole, words });
    if (quality !== null || isKind) return quality ?? AROUND;
    const byName = words.map((word) => holds(keys, word));
    const isAnswered = words.every((word, at) => byName[at] || byKind[at] || names(town, word));
    return isAnswered && [...byName, ...byKind].some(Boolean) ? AROUND : null;
  }
}
