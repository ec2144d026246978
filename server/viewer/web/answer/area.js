// Where a place may be: the place alone, or the polygon around it that its radius reaches.

import { meet, OUT, placeIn, placeInPolygon } from "./rings.js";

export class Area {
  // `corners` are those of the polygon, none for an exact place.
  constructor(place, corners) {
    this.place = place;
    this.ring = corners.length ? [...corners, corners[0]] : [place];
    this.bounds = boundsOf(this.ring);
  }

  // Whether it has a place in common with a geometry of the kind "point", "line" or "polygon", a list
  // of lists of places.
  touches(kind, lines) {
    return this.meets(lines) || (kind === "polygon" && placeInPolygon(this.ring[0], lines) !== OUT);
  }

  // Whether all of it lies in a polygon. What its border passes through lies within too, of an exact
  // place; of a wider one it does not.
  isCoveredBy(polygon) {
    if (this.ring.length > 1 && this.meets(polygon)) return false;
    return placeInPolygon(this.ring[0], polygon) !== OUT;
  }

  meets(lines) {
    return lines.some((line) => (line.length === 1 ? this.has(line[0]) : this.meetsLine(line)));
  }

  meetsLine(line) {
    for (let at = 1; at < line.length; at++) {
      const stretch = [line[at - 1], line[at]];
      if (overlap(boundsOf(stretch), this.bounds) && this.meetsStretch(stretch)) return true;
    }
    return false;
  }

  meetsStretch(stretch) {
    if (this.ring.length === 1) return meet(stretch, [this.place, this.place]);
    if (this.has(stretch[0])) return true;
    return this.ring.some((corner, at) => at > 0 && meet(stretch, [this.ring[at - 1], corner]));
  }

  has(place) {
    if (this.ring.length === 1) return place[0] === this.place[0] && place[1] === this.place[1];
    return placeIn(place, this.ring) !== OUT;
  }
}

// West, south, east, north.
export function boundsOf(places) {
  const bounds = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of places) widen(bounds, x, y);
  return bounds;
}

export function widen(bounds, x, y) {
  if (x < bounds[0]) bounds[0] = x;
  if (y < bounds[1]) bounds[1] = y;
  if (x > bounds[2]) bounds[2] = x;
  if (y > bounds[3]) bounds[3] = y;
}

export const overlap = (a, b) => a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];
