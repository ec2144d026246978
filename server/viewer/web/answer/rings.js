// Where a place lies in rings of places, exactly: on a border is neither in nor out. A ring is a list
// of [x, y], of which the first is also the last.

import { orient2d } from "robust-predicates";

export const OUT = -1;
export const BORDER = 0;
export const IN = 1;

// A ray eastwards from the place crosses the ring an odd number of times where it starts within.
export function placeIn([x, y], ring) {
  let isIn = false;
  for (let at = 1; at < ring.length; at++) {
    const [ax, ay] = ring[at - 1];
    const [bx, by] = ring[at];
    if (ax < x && bx < x) continue;
    if (bx === x && by === y) return BORDER;
    if (ay === y && by === y) {
      if (Math.min(ax, bx) <= x && x <= Math.max(ax, bx)) return BORDER;
    } else if (ay > y !== by > y) {
      const side = orient2d(ax, ay, bx, by, x, y);
      if (side === 0) return BORDER;
      if (side > 0 === ay > by) isIn = !isIn;
    }
  }
  return isIn ? IN : OUT;
}

// In a polygon, whose first ring is around the others, its holes.
export function placeInPolygon(place, [exterior, ...holes]) {
  const within = placeIn(place, exterior);
  if (within !== IN) return within;
  for (const hole of holes) {
    const inHole = placeIn(place, hole);
    if (inHole !== OUT) return -inHole;
  }
  return IN;
}

// Whether two stretches, each of two places, have a place in common.
export function meet([a, b], [c, d]) {
  const sides = [sideOf(c, a, b), sideOf(d, a, b), sideOf(a, c, d), sideOf(b, c, d)];
  if (sides[0] !== sides[1] && sides[2] !== sides[3]) return true;
  return (
    (sides[0] === 0 && isBetween(c, a, b)) ||
    (sides[1] === 0 && isBetween(d, a, b)) ||
    (sides[2] === 0 && isBetween(a, c, d)) ||
    (sides[3] === 0 && isBetween(b, c, d))
  );
}

const sideOf = ([x, y], [ax, ay], [bx, by]) => Math.sign(orient2d(ax, ay, bx, by, x, y));

// Of a place in line with the other two.
function isBetween([x, y], [ax, ay], [bx, by]) {
  return Math.min(ax, bx) <= x && x <= Math.max(ax, bx) && Math.min(ay, by) <= y && y <= Math.max(ay, by);
}
