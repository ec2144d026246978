// A house and how far up it the water of a depth class comes. The words beside it say the same.

import { drawing } from "./drawing.js";

// In metres, so that the classes of 水害ハザードマップ作成の手引き end where their words say: under the first
// floor to 0.5 m, at its ceiling to 3 m, at that of the fourth to 10 m.
const FLOOR = 0.5;
const STOREY = 2.5;
const ROOF = 2;
const STOREYS = 2; // of a house that stands for all, unless the water is deeper
const WIDTH = 1.1; // of the figure, in its heights
const OPEN = 1.2; // how much deeper than its least a class without an end is drawn

// `depth`: the least and the most metres of water, without the most where it is open, as `depth_m` of
// /here. null where a class says nothing of depth.
export function houseFigure([least, most]) {
  if (least === undefined) return null;
  const depth = most ?? least * OPEN;
  const storeys = Math.max(STOREYS, Math.ceil((depth - FLOOR) / STOREY));
  const eaves = FLOOR + storeys * STOREY;
  const height = eaves + ROOF;
  const width = height * WIDTH;
  const [left, right] = [width * 0.2, width * 0.8];
  const up = (metres) => height - metres;
  const line = (metres) => drawing("path", { class: "house-line", d: `M${left} ${up(metres)}H${right}` });
  const water = (name, from, to) =>
    drawing("rect", { class: name, x: 0, y: up(to), width, height: to - from });
  const floors = Array.from({ length: storeys }, (_, storey) => line(FLOOR + storey * STOREY));
  const walls = `M${left} ${height}V${up(eaves)}H${right}V${height}`;
  const roof = `M${width * 0.1} ${up(eaves)}L${width / 2} 0L${width * 0.9} ${up(eaves)}z`;
  return drawing(
    "svg",
    { class: "house", viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" },
    drawing("path", { class: "house-wall", d: walls }),
    drawing("path", { class: "house-roof", d: roof }),
    ...floors,
    water("house-water", 0, least),
    water("house-water-most", least, depth),
    drawing("path", { class: "house-surface", d: `M0 ${up(depth)}H${width}` }),
    drawing("path", { class: "house-ground", d: `M0 ${height}H${width}` }),
  );
}
