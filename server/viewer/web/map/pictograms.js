// The pictograms of layers/symbology/pictograms.py, drawn around a place.

import { look } from "./look.js";

// `half` is half the width of the pictogram's box in CSS pixels; `color` its one ink.
export function paintPictogram(context, name, { x, y, half, color }) {
  const { solid, line, width } = look.symbols.pictograms[name];
  context.save();
  context.translate(x, y);
  context.scale(half, half);
  context.fillStyle = context.strokeStyle = color;
  context.lineCap = context.lineJoin = "round";
  context.lineWidth = width;
  context.fill(new Path2D(solid));
  context.stroke(new Path2D(line));
  context.restore();
}
