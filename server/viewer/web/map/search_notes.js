// What the search's list says of a place that was found, and of all that was found or was not.

import { fill } from "./dom.js";

// `finding` is what the finder gives, null while there is no index; `samples` are titles by id.
export function noteOfFinding(finding, { words, city, leftOut, samples }) {
  if (!finding) return words.searchUnloaded;
  const left = leftOut.map((title) => fill(words.searchLeftOut, { title }));
  return [...notesOf(finding, words, city, samples), ...left].join(" ");
}

function notesOf({ groups, layers, samples: called, elsewhere, noPostcodes }, words, city, samples) {
  const unsearched = (ids) => ids.map((id) => fill(words.searchSample, { title: samples[id] }));
  if (elsewhere !== null) return [fill(words.searchElsewhere, { place: elsewhere, city }), ...unsearched(called)];
  if (noPostcodes) return [words.searchNoPostcodes];
  if (!groups.length && !layers.length && !called.length) return [words.searchNothing, ...unsearched(Object.keys(samples))];
  const more = groups.reduce((sum, group) => sum + group.more, 0);
  return [...(more ? [fill(words.searchMore, { count: more })] : []), ...unsearched(called)];
}

// Of a place in the list; null for nothing. A hit with a layer is that layer.
export function noteOfHit(hit, { kind }, { words, parts, inReach }) {
  if (hit.layer) return words.searchShow;
  if (!inReach(hit)) return words.searchOutside;
  if (kind === "town" || kind === "office") return words.searchAbout;
  return parts.includes(kind) ? words.searchPart : null;
}
