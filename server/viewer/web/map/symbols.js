// Point symbols, drawn once into a bitmap each and then stamped.

import { badgeReach } from "./badges.js";
import { nativeZoom } from "./grid.js";
import { look } from "./look.js";
import { paintPictogram } from "./pictograms.js";

// The outlines reach this far from the place, in radii, with half the width of their edges.
const REACH = 1.15;
// A glyph's middle lies lower than that of the font's box, in radii.
const LOWER = 0.06;

const stamps = new Map();

export const forgetStamps = () => stamps.clear();

// Half the width of a layer's symbols in CSS pixels at a zoom of the map. Where most points are in
// clusters, the others are no crowd.
export function symbolRadius({ crowded, unclusteredFrom }, zoom) {
  const isCrowded = crowded && nativeZoom(zoom) >= unclusteredFrom;
  const radii = isCrowded ? look.symbols.crowded : look.symbols.radii;
  return radii[Math.min(Math.max(zoom - look.symbols.zoom, 0), radii.length - 1)];
}

const halfSide = (radius) => Math.ceil(radius * REACH + look.symbols.halo);

// CSS pixels around a place that its symbol needs at most, with its badge.
export function symbolRoom() {
  const largest = Math.max(...look.symbols.radii);
  return Math.max(halfSide(largest), Math.ceil(badgeReach(largest)));
}

// A bitmap whose middle is the place, and half its side in CSS pixels.
export function stamp(style, radius, ratio, { hollow, crossed }) {
  const { color, shape, pictogram, glyph } = style;
  const key = [color, shape, pictogram, glyph, radius, ratio, hollow, crossed].join(" ");
  if (!stamps.has(key)) stamps.set(key, draw(style, radius, ratio, hollow, crossed));
  return stamps.get(key);
}

function draw({ color, pale, ink, shape, pictogram, glyph }, radius, ratio, hollow, crossed) {
  const { halo, outlines, least, ...sizes } = look.symbols;
  const edge = hollow ? sizes.hollow : sizes.filled;
  const half = halfSide(radius);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 2 * half * ratio;
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  context.translate(half, half);
  const path = new Path2D();
  path.addPath(new Path2D(outlines[shape].path), new DOMMatrix().scale(radius));
  context.lineJoin = "round";
  context.lineWidth = 2 * halo;
  context.strokeStyle = "#fff";
  context.stroke(path);
  context.fillStyle = hollow || crossed ? "#fff" : color;
  context.fill(path);
  if (crossed) {
    cross(context, path, radius, pale, outlines[shape].drop);
    return { canvas, half };
  }
  context.lineWidth = edge.width;
  context.strokeStyle = edge.color ?? color;
  context.globalAlpha = edge.opacity;
  context.stroke(path);
  context.globalAlpha = 1;
  if (radius < least) return { canvas, half };
  const { drop, room } = outlines[shape];
  const signColor = hollow ? color : ink;
  if (pictogram) {
    paintPictogram(context, pictogram, { x: 0, y: radius * drop, half: radius * room, color: signColor });
  } else if (glyph) {
    context.fillStyle = signColor;
    context.font = `700 ${radius * sizes.glyph}px ${getComputedStyle(document.body).fontFamily}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(glyph, 0, radius * (drop + LOWER));
  }
  return { canvas, half };
}

// A place that is not designated: pale, with a cross at every size.
function cross(context, outline, radius, color, drop) {
  const { width, cross } = look.crossed;
  context.lineWidth = width;
  context.strokeStyle = color;
  context.stroke(outline);
  const path = new Path2D();
  path.addPath(new Path2D(cross), new DOMMatrix().translate(0, drop * radius).scale(radius));
  context.stroke(path);
}
