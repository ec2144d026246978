// Instants as people read them, in Japan's time: the twin of `long_instant` in server/texts/instants.py.

import { filled } from "./fill.js";

const JAPAN = 9 * 3_600_000; // milliseconds east of UTC

// `rule` is what `instant_rule` hands over, `instant` anything that Date reads.
export function longInstant(instant, { pattern, months }) {
  const date = new Date(new Date(instant).getTime() + JAPAN);
  return filled(pattern, {
    y: date.getUTCFullYear(),
    M: date.getUTCMonth() + 1,
    MMMM: months[date.getUTCMonth()],
    d: date.getUTCDate(),
    H: date.getUTCHours(),
    mm: String(date.getUTCMinutes()).padStart(2, "0"),
  });
}
