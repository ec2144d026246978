// A tile's GeoJSON as shapes in CSS pixels of the tile: {kind, feature, look, …}, in drawing order.

import { isCluster } from "./clusters.js";
import { isOwn, projection } from "./grid.js";

const KINDS = { Point: "point", MultiPoint: "point", LineString: "line", MultiLineString: "line" };

export function shapes(collection, coords, { style, maxzoom }) {
  const project = projection(coords);
  const byKind = { polygon: [], line: [], cluster: [], point: [] };
  for (const feature of collection.features) {
    const { type, coordinates } = feature.geometry;
    const kind = KINDS[type] ?? "polygon";
    const look = lookOf(feature, style);
    if (isCluster(feature)) {
      const [x, y] = project(coordinates);
      const middle = [x, y];
      byKind.cluster.push({ kind: "cluster", feature, look, x, y, middle, place: coordinates });
    } else if (kind === "point") {
      const places = type === "Point" ? [coordinates] : coordinates;
      for (const place of places) {
        const [x, y] = project(place);
        if (isOwn([x, y], coords, maxzoom)) byKind.point.push({ kind, feature, look, x, y, place });
      }
    } else {
      byKind[kind].push({ kind, feature, look, ...outline(type, coordinates, project) });
    }
  }
  byKind.polygon.sort((a, b) => a.look.order - b.look.order);
  // From north to south in every tile alike, so that symbols overlap the same way across an edge.
  byKind.point.sort((a, b) => b.place[1] - a.place[1] || a.feature.id - b.feature.id);
  return [...byKind.polygon, ...byKind.line, ...byKind.cluster, ...byKind.point];
}

// Rings or lines as one path, and its box {min, max}, in CSS pixels of the tile; polygons of the
// coverage are read the same way.
export function outline(type, coordinates, project) {
  const path = new Path2D();
  const closed = type.endsWith("Polygon");
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const line of linesOf(type, coordinates)) {
    for (let index = 0; index < line.length; index += 1) {
      const [x, y] = project(line[index]);
      if (index === 0) path.moveTo(x, y);
      else path.lineTo(x, y);
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
    }
    if (closed) path.closePath();
  }
  return { path, box: { min: [left, top], max: [right, bottom] } };
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
