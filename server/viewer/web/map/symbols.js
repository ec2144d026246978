// Point symbols, drawn once into a bitmap each and then stamped.

const HALO = 2;
// From this zoom of the map on, one for each zoom.
const FIRST_ZOOM = 12;
const RADII = [6, 9, 10, 11, 12];
const CROWDED_RADII = [3.5, 5, 6.5, 10, 12];
const halfSide = (radius) => Math.ceil(radius * 1.15 + HALO);
// CSS pixels around a place that its symbol needs at most.
export const SYMBOL_ROOM = halfSide(Math.max(...RADII));
const GLYPH_FROM = 9;

let outlines = null;
let glyphDrop = null;
const stamps = new Map();

export function defineSymbols(symbols) {
  outlines = symbols.outlines;
  glyphDrop = symbols.glyphDrop;
}

export const forgetStamps = () => stamps.clear();

// Half the width of a symbol in CSS pixels: a dot for the whole city, a sign in a street.
export function symbolRadius(mapZoom, isCrowded) {
  const radii = isCrowded ? CROWDED_RADII : RADII;
  return radii[Math.min(Math.max(mapZoom - FIRST_ZOOM, 0), radii.length - 1)];
}

// A bitmap whose middle is the place, and half its side in CSS pixels.
export function stamp(look, radius, ratio, hollow) {
  const key = [look.color, look.shape, look.glyph, radius, ratio, hollow].join(" ");
  let made = stamps.get(key);
  if (!made) stamps.set(key, (made = draw(look, radius, ratio, hollow)));
  return made;
}

function draw(look, radius, ratio, hollow) {
  const half = halfSide(radius);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 2 * half * ratio;
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  context.translate(half, half);
  const path = new Path2D();
  path.addPath(new Path2D(outlines[look.shape]), new DOMMatrix().scale(radius));
  context.lineJoin = "round";
  context.lineWidth = 2 * HALO;
  context.strokeStyle = "#fff";
  context.stroke(path);
  context.fillStyle = hollow ? "#fff" : look.color;
  context.fill(path);
  context.lineWidth = hollow ? 2 : 0.75;
  context.strokeStyle = hollow ? look.color : "rgb(0 0 0 / 45%)";
  context.stroke(path);
  if (look.glyph && radius >= GLYPH_FROM) {
    context.fillStyle = hollow ? look.color : look.ink;
    context.font = `700 ${radius * 1.15}px ${getComputedStyle(document.body).fontFamily}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(look.glyph, 0, radius * (glyphDrop[look.shape] + 0.06));
  }
  return { canvas, half };
}
