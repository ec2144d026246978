import { TILE_SIZE } from "./grid.js";

const MAX_RATIO = 2;

// Shared by all tiles: each takes its picture from it. Without it, each is drawn on itself.
const easel = typeof OffscreenCanvas === "undefined" ? null : new OffscreenCanvas(1, 1);

// Draws a tile of this screen's size: `paint` is given a context in CSS pixels of the tile, and how
// many of the screen's pixels each has. The canvas reaches `overhang` of them over each edge. Where a
// CSS pixel is no whole number of the screen's, edges of tiles fall between the screen's pixels and
// the ground shines through: there each tile reaches at least one pixel into its neighbours.
export function draw(canvas, overhang, paint) {
  const screen = globalThis.devicePixelRatio || 1;
  const bleed = Math.max(overhang, Number.isInteger(screen) ? 0 : 1);
  const side = TILE_SIZE + 2 * bleed;
  const pixels = Math.ceil(side * Math.min(screen, MAX_RATIO));
  const ratio = pixels / side;
  const target = easel ?? canvas;
  if (target === canvas || target.width !== pixels) target.width = target.height = pixels;
  canvas.style.width = canvas.style.height = `${side}px`;
  canvas.style.margin = `${-bleed}px`;
  const context = target.getContext("2d");
  context.save();
  context.scale(ratio, ratio);
  context.translate(bleed, bleed);
  paint(context, ratio);
  context.restore();
  if (target === canvas) return;
  canvas.width = canvas.height = pixels;
  // A picture, which is only moved: a canvas to draw on may be copied for each frame.
  canvas.getContext("bitmaprenderer").transferFromImageBitmap(easel.transferToImageBitmap());
}

// A canvas on the map notices that the browser lost its graphics, and every tile's picture with them;
// the easel does so only when it is next drawn on.
const watch = document.createElement("canvas");
watch.width = watch.height = 64;
watch.getContext("2d")?.fillRect(0, 0, 1, 1);

// Calls `redraw` when all that was drawn is gone and can be drawn again.
export function onLoss(redraw) {
  for (const canvas of [watch, easel]) canvas?.addEventListener("contextrestored", redraw);
}

// Shows nothing, and gives the memory back.
export function clear(canvas) {
  canvas.width = canvas.height = 0;
}
