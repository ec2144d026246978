// Draws a tile in CSS pixels of the tile. Patterns repeat at divisors of the tile's size, so that
// they run on from tile to tile.

import { paintBadge } from "./badges.js";
import { paintCluster } from "./clusters.js";
import { TILE_SIZE } from "./grid.js";
import { look } from "./look.js";
import { patternFill } from "./patterns.js";
import { stamp } from "./symbols.js";

export function paintShapes(context, shapes, { zoom, radius, ratio, hollow, lang, patterns, isCrossed, badgeOf }) {
  const { casing, width } = look.lines;
  const edge = edgeWidth(zoom);
  context.lineJoin = "round";
  for (const shape of shapes) {
    if (shape.kind === "polygon" && isCrossed(shape.feature)) {
      paintCrossed(context, shape);
    } else if (shape.kind === "polygon") {
      context.fillStyle = shape.look.color;
      context.fill(shape.path);
      if (patterns && shape.look.pattern !== undefined) {
        context.fillStyle = patternFill(context, shape.look.pattern, ratio);
        context.fill(shape.path);
      }
      context.strokeStyle = edgeColor(shape.look.color);
      context.lineWidth = edge;
      context.stroke(shape.path);
    } else if (shape.kind === "line") {
      context.strokeStyle = "#fff";
      context.lineWidth = casing;
      context.stroke(shape.path);
      context.strokeStyle = shape.look.color;
      context.lineWidth = width;
      context.stroke(shape.path);
    } else if (shape.kind === "cluster") {
      paintCluster(context, shape, { hollow, lang, pale: isCrossed(shape.feature) });
    } else {
      const crossed = isCrossed(shape.feature);
      const { canvas, half } = stamp(shape.look, radius, ratio, { hollow, crossed });
      const x = Math.round((shape.x - half) * ratio) / ratio;
      const y = Math.round((shape.y - half) * ratio) / ratio;
      context.drawImage(canvas, x, y, 2 * half, 2 * half);
      const badge = badgeOf(shape.feature);
      // That it is open offers no place that is not designated for what the map is about.
      if (badge && !crossed) paintBadge(context, badge, shape.x, shape.y, radius);
    }
  }
}

// An area that is not designated for a disaster in view: hollow, pale, full of crosses.
function paintCrossed(context, { path, box, look: { pale } }) {
  const { side, repeated, width } = look.crossed;
  const cross = new Path2D(repeated);
  const [first, last] = [box.min, box.max].map((corner) => corner.map((value) => Math.floor(value / side)));
  context.fillStyle = "#fff";
  context.fill(path);
  context.strokeStyle = pale;
  context.lineWidth = width;
  context.stroke(path);
  context.save();
  context.clip(path);
  for (let row = first[1]; row <= last[1]; row += 1) {
    for (let column = first[0]; column <= last[0]; column += 1) {
      context.save();
      context.translate(column * side, row * side);
      context.stroke(cross);
      context.restore();
    }
  }
  context.restore();
}

// A word across what is drawn so far, so that a picture of the map carries it too.
export function paintMark(context, word) {
  const { step, size, angle, color, opacity } = look.mark;
  context.save();
  context.globalCompositeOperation = "source-atop";
  context.globalAlpha = opacity;
  context.fillStyle = color;
  context.font = `700 ${size}px ${getComputedStyle(document.body).fontFamily}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (let row = 0; row * step < 2 * TILE_SIZE; row += 1) {
    for (let column = 0; column * step < TILE_SIZE; column += 1) {
      context.save();
      context.translate((column + (row % 2 ? 0.75 : 0.25)) * step, (row + 0.5) * (step / 2));
      context.rotate((angle * Math.PI) / 180);
      context.fillText(word, 0, 0);
      context.restore();
    }
  }
  context.restore();
}

// Hatches, under what is drawn, all that lies outside `surveyed` (null: nothing is surveyed).
export function paintHatch(context, surveyed) {
  const { step, color } = look.hatch;
  context.save();
  context.globalCompositeOperation = "destination-over";
  const hatched = new Path2D();
  hatched.rect(-1, -1, TILE_SIZE + 2, TILE_SIZE + 2);
  if (surveyed) hatched.addPath(surveyed);
  context.clip(hatched, "evenodd");
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.beginPath();
  for (let sum = 0; sum <= 2 * TILE_SIZE; sum += step) {
    context.moveTo(sum + 2, -2);
    context.lineTo(-2, sum + 2);
  }
  context.stroke();
  context.restore();
}

// What could not be loaded: unlike an empty tile and unlike the hatch.
export function paintFailure(context, words) {
  context.fillStyle = "rgb(150 158 166 / 55%)";
  context.fillRect(-1, -1, TILE_SIZE + 2, TILE_SIZE + 2);
  context.fillStyle = "#737c85";
  for (let y = 8; y < TILE_SIZE; y += 16) {
    for (let x = 8; x < TILE_SIZE; x += 16) context.fillRect(x - 1, y - 1, 2.5, 2.5);
  }
  context.font = `700 14px ${getComputedStyle(document.body).fontFamily}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineWidth = 5;
  context.strokeStyle = "#eceff1";
  context.fillStyle = "#26313b";
  for (const x of [TILE_SIZE / 4, (3 * TILE_SIZE) / 4]) {
    for (const y of [TILE_SIZE / 4, (3 * TILE_SIZE) / 4]) {
      context.strokeText(words, x, y);
      context.fillText(words, x, y);
    }
  }
}

const edgeWidth = (zoom) => look.areas.edges.find(([least]) => zoom >= least)[1];

function edgeColor(color) {
  const channels = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16) * look.areas.shade);
  return `rgb(${channels.map(Math.round).join(" ")})`;
}
