// The base map itself: a canvas per tile, drawn once from lines and areas and then only moved.

import * as L from "./leaflet.js";
import { draw, onLoss } from "./canvas.js";
import { TILE_SIZE, projection } from "./grid.js";
import { look } from "./look.js";
import { outline } from "./shapes.js";

// CSS pixels around a tile from which lines and marks reach into it.
const BUFFER = 16;
const CORNER = 2; // CSS pixels: the radius of a station's corners

// `load(zoom)` resolves to the GeoJSON features that are drawn at a zoom.
export const Ground = L.GridLayer.extend({
  options: { pane: "base", tileSize: TILE_SIZE, keepBuffer: 2, updateWhenZooming: false },

  initialize(load) {
    L.GridLayer.prototype.initialize.call(this);
    this.load = load;
    onLoss(() => this.redraw());
  },

  createTile(coords, done) {
    const canvas = document.createElement("canvas");
    this.load(coords.z)
      .then((features) => draw(canvas, 0, (context) => paint(context, features, coords)))
      .then(
        () => done(null, canvas),
        (error) => done(error, canvas),
      );
    return canvas;
  },
});

function paint(context, features, coords) {
  const { base, ground } = look;
  const project = projection(coords);
  const byKind = new Map();
  for (const feature of features) {
    const { kind } = feature.properties;
    feature.box ??= boxOf(feature.geometry.coordinates);
    if (!reaches(feature.box, project)) continue;
    byKind.set(kind, [...(byKind.get(kind) ?? []), feature.geometry]);
  }
  for (const { type, coordinates } of byKind.get("boundary") ?? []) {
    context.fillStyle = ground.color;
    context.fill(outline(type, coordinates, project).path, "evenodd");
  }
  context.lineJoin = "round";
  for (const kind of base.order) {
    const shapes = (byKind.get(kind) ?? [])
      .filter(({ type }) => type !== "Point")
      .map(({ type, coordinates }) => ({ type, path: outline(type, coordinates, project).path }));
    for (const { type, path } of shapes) {
      if (!type.endsWith("Polygon") || !base.fills[kind]) continue;
      context.fillStyle = base.fills[kind];
      context.fill(path, "evenodd");
    }
    for (const { color, widths, dash } of base.strokes[kind] ?? []) {
      context.strokeStyle = color;
      context.lineWidth = widths[Math.min(Math.max(coords.z - base.first, 0), widths.length - 1)];
      context.setLineDash(dash);
      context.lineCap = dash.length ? "butt" : "round";
      for (const { path } of shapes) context.stroke(path);
    }
  }
  context.setLineDash([]);
  for (const { type, coordinates } of byKind.get("station") ?? []) {
    if (type === "Point") paintStation(context, project(coordinates));
  }
}

function paintStation(context, [x, y]) {
  const { side, color, edge, width } = look.base.station;
  const [left, top, right, bottom] = [x - side / 2, y - side / 2, x + side / 2, y + side / 2];
  context.beginPath(); // by hand: Safari before 16 has no roundRect
  context.moveTo(x, top);
  context.arcTo(right, top, right, y, CORNER);
  context.arcTo(right, bottom, x, bottom, CORNER);
  context.arcTo(left, bottom, left, y, CORNER);
  context.arcTo(left, top, x, top, CORNER);
  context.closePath();
  context.fillStyle = color;
  context.fill();
  context.strokeStyle = edge;
  context.lineWidth = width;
  context.stroke();
}

// West, south, east, north of nested coordinates.
function boxOf(coordinates) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const visit = (each) => {
    if (typeof each[0] !== "number") return each.forEach(visit);
    const [x, y] = each;
    if (x < box[0]) box[0] = x;
    if (y < box[1]) box[1] = y;
    if (x > box[2]) box[2] = x;
    if (y > box[3]) box[3] = y;
  };
  visit(coordinates);
  return box;
}

function reaches(box, project) {
  const [left, bottom] = project([box[0], box[1]]);
  const [right, top] = project([box[2], box[3]]);
  const end = TILE_SIZE + BUFFER;
  return right >= -BUFFER && left <= end && bottom >= -BUFFER && top <= end;
}
