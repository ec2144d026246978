// Patterns over the classes of areas, for those who do not tell the colours apart, and for print.

import { look } from "./look.js";

const tiles = new Map();

export const forgetPatterns = () => tiles.clear();

// A fill for `context`, whose screen has `ratio` pixels for each of CSS.
export function patternFill(context, index, ratio) {
  const key = `${index} ${ratio}`;
  if (!tiles.has(key)) tiles.set(key, draw(index, ratio));
  const tile = tiles.get(key);
  const pattern = context.createPattern(tile, "repeat");
  pattern.setTransform(new DOMMatrix().scale(look.patterns.side / tile.width));
  return pattern;
}

function draw(index, ratio) {
  const { side, color, lines } = look.patterns;
  const [path, width] = lines[index];
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.round(side * ratio);
  const context = canvas.getContext("2d");
  context.scale(canvas.width / side, canvas.height / side);
  context.lineWidth = width;
  context.strokeStyle = color;
  context.stroke(new Path2D(path));
  return canvas;
}

// Shows patterns when they are asked for, in high contrast, and while the page is printed.
export function patternSwitch(layers) {
  const box = document.querySelector("input[data-patterns]");
  const contrast = matchMedia("(forced-colors: active), (prefers-contrast: more)");
  const show = (isPrinted) => {
    const isWanted = isPrinted || box.checked || contrast.matches;
    document.documentElement.classList.toggle("with-patterns", isWanted);
    for (const layer of layers) layer.showPatterns(isWanted);
  };
  box.addEventListener("change", () => show(false));
  contrast.addEventListener("change", () => show(false));
  addEventListener("beforeprint", () => show(true));
  addEventListener("afterprint", () => show(false));
  show(matchMedia("print").matches);
}
