// Reads a pair of coordinates.

import { translate } from "./finder_spelling.js";

// [{name, longitude, latitude, doubt, feature}]: one for a pair within the region, else none.
export function coordinatesIn(query, rules) {
  const match = new RegExp(`^(?:${rules.pair})$`, "u").exec(stripped(query, rules));
  if (!match) return [];
  const [first, second] = [degrees(match.slice(1, 6), rules), degrees(match.slice(6, 11), rules)];
  if (first === null || second === null) return [];
  const name = match[1] ?? match[5];
  let orders = [[second, first], [first, second]];
  if (name) orders = rules.longitude.includes(name) ? orders.slice(1) : orders.slice(0, 1);
  const place = orders.find((order) => isIn(rules.region, order));
  if (!place) return [];
  const [longitude, latitude] = place;
  const text = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  return [{ name: text, longitude, latitude, doubt: 0, feature: 0, forms: {} }];
}

const isIn = ([west, south, east, north], [longitude, latitude]) =>
  longitude >= west && longitude <= east && latitude >= south && latitude <= north;

// In one spelling, without brackets around it.
function stripped(query, { brackets, marks }) {
  const outer = new Set([...brackets, " "]);
  let text = translate(translate(query, marks).normalize("NFKC"), marks).toLowerCase();
  while (text && outer.has(text[0])) text = text.slice(1);
  while (text && outer.has(text.at(-1))) text = text.slice(0, -1);
  return text.trim().replace(/\s+/gu, " ");
}

function degrees([before, ...parts], { negative }) {
  const [whole, minutes, seconds] = parts.slice(0, 3).map((part) => Number(part ?? 0));
  if (minutes >= 60 || seconds >= 60) return null;
  const value = Math.abs(whole) + minutes / 60 + seconds / 3600;
  const isNegative = parts[0].startsWith("-") || negative.includes(before ?? parts[3]);
  return isNegative ? -value : value;
}
