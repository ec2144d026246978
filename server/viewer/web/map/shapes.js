// A tile's GeoJSON as shapes in CSS pixels of the tile: {kind, feature, look, …}, in drawing order.

import { TILE_SIZE } from "./grid.js";

// Symbols of places this far outside the tile still reach into it.
const POINT_MARGIN = 32;

const KINDS = { Point: "point", MultiPoint: "point", LineString: "line", MultiLineString: "line" };

export function shapes(collection, project, style) {
  const made = { polygon: [], line: [], point: [] };
  for (const feature of collection.features) {
    const { type, coordinates } = feature.geometry;
    const kind = KINDS[type] ?? "polygon";
    const look = lookOf(feature, style);
    if (kind === "point") {
      const places = type === "Point" ? [coordinates] : coordinates;
      for (const place of places) {
        const [x, y] = project(place);
        if (isNear(x, y)) made.point.push({ kind, feature, look, x, y, place });
      }
    } else {
      made[kind].push({ kind, feature, look, path: outline(type, coordinates, project) });
    }
  }
  made.polygon.sort((a, b) => a.look.order - b.look.order);
  // From north to south in every tile alike, so that symbols overlap the same way across an edge.
  made.point.sort((a, b) => b.place[1] - a.place[1] || a.feature.id - b.feature.id);
  return [...made.polygon, ...made.line, ...made.point];
}

// Rings or lines as one path; polygons of the coverage are read the same way.
export function outline(type, coordinates, project) {
  const path = new Path2D();
  const closed = type.endsWith("Polygon");
  for (const line of linesOf(type, coordinates)) {
    line.forEach((place, index) => {
      const [x, y] = project(place);
      if (index === 0) path.moveTo(x, y);
      else path.lineTo(x, y);
    });
    if (closed) path.closePath();
  }
  return path;
}

function linesOf(type, coordinates) {
  if (type === "LineString") return [coordinates];
  return type === "MultiPolygon" ? coordinates.flat() : coordinates;
}

// The look of the feature's class. Classes stand in the legend's order: later ones lie above.
function lookOf(feature, style) {
  const value = style.field === null ? null : feature.properties[style.field];
  const order = style.classes.findIndex((entry) => entry.value === value);
  return { ...(order < 0 ? style.look : style.classes[order]), order };
}

function isNear(x, y) {
  const end = TILE_SIZE + POINT_MARGIN;
  return x >= -POINT_MARGIN && y >= -POINT_MARGIN && x <= end && y <= end;
}
