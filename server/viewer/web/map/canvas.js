import { TILE_SIZE } from "./grid.js";

const MAX_RATIO = 2;

// A canvas of the tile's size on this screen, to be drawn on in CSS pixels of the tile; it reaches
// `overhang` of them over each edge. Where a CSS pixel is no whole number of the screen's, edges of
// tiles fall between the screen's pixels and the ground shines through: there each tile reaches at
// least one pixel into its neighbours.
export function prepare(canvas, overhang) {
  const screen = globalThis.devicePixelRatio || 1;
  const bleed = Math.max(overhang, Number.isInteger(screen) ? 0 : 1);
  const side = TILE_SIZE + 2 * bleed;
  canvas.width = canvas.height = Math.ceil(side * Math.min(screen, MAX_RATIO));
  canvas.style.width = canvas.style.height = `${side}px`;
  canvas.style.margin = `${-bleed}px`;
  const ratio = canvas.width / side;
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  context.translate(bleed, bleed);
  return { context, ratio };
}
