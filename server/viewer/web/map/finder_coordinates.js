// Reads a pair of coordinates.

import { translate } from "./finder_spelling.js";

// [{name, longitude, latitude, doubt, feature}]: one for a pair within Japan, else none.
export function coordinatesIn(query, rules) {
  const match = new RegExp(`^(?:${rules.pair})$`, "u").exec(stripped(query, rules));
  if (!match) return [];
  const [first, second] = [degrees(match.slice(2, 5)), degrees(match.slice(7, 10))];
  if (first === null || second === null) return [];
  const letter = match[1] ?? match[5];
  const longitudeFirst = letter ? rules.longitude.includes(letter) : first > second;
  const [longitude, latitude] = longitudeFirst ? [first, second] : [second, first];
  const [west, south, east, north] = rules.japan;
  if (longitude < west || longitude > east || latitude < south || latitude > north) return [];
  const name = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  return [{ name, longitude, latitude, doubt: 0, feature: 0 }];
}

// In one spelling, without brackets around it.
function stripped(query, { brackets, marks }) {
  const outer = new Set([...brackets, " "]);
  let text = translate(translate(query, marks).normalize("NFKC"), marks).toLowerCase();
  while (text && outer.has(text[0])) text = text.slice(1);
  while (text && outer.has(text.at(-1))) text = text.slice(0, -1);
  return text.trim().replace(/\s+/gu, " ");
}

function degrees(parts) {
  const [whole, minutes, seconds] = parts.map((part) => Number(part ?? 0));
  return minutes >= 60 || seconds >= 60 ? null : whole + minutes / 60 + seconds / 3600;
}
