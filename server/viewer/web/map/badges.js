// Whether a place is open, at the edge of its symbol: the twin of `badge_svg` in
// layers/pictures/symbols.py.

import { drawing } from "./drawing.js";
import { look } from "./look.js";

// CSS pixels around a place that its symbol's badge reaches at most.
export function badgeReach(symbolRadius) {
  return look.badges.away * symbolRadius + badgeRadius(symbolRadius);
}

const badgeRadius = (symbolRadius) => Math.max(look.badges.least, look.badges.share * symbolRadius);

// `code` is that of a state; `x` and `y` are the symbol's place.
export function paintBadge(context, code, x, y, symbolRadius) {
  const { away, edge, line, looks } = look.badges;
  const { color, sign } = looks[code];
  const radius = badgeRadius(symbolRadius);
  context.save();
  context.translate(x + away * symbolRadius, y - away * symbolRadius);
  context.scale(radius, radius);
  context.beginPath();
  context.arc(0, 0, 1 - edge / 2, 0, 2 * Math.PI);
  context.fillStyle = color;
  context.fill();
  context.strokeStyle = "#fff";
  context.lineWidth = edge;
  context.stroke();
  context.lineWidth = line;
  context.stroke(new Path2D(sign));
  context.restore();
}

// The same as an element of its own, `side` CSS pixels wide.
export function badge(code, side) {
  const { edge, line, looks } = look.badges;
  const { color, sign } = looks[code];
  return drawing(
    "svg",
    { viewBox: "-1 -1 2 2", width: side, height: side, "data-state": code },
    drawing("circle", { r: 1 - edge / 2, fill: color, stroke: "#fff", "stroke-width": edge }),
    drawing("path", { d: sign, fill: "none", stroke: "#fff", "stroke-width": line }),
  );
}
