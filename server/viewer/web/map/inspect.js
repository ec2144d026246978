// What a layer has at a place: asked of the tile that lies there, without another request.

import { TILE_SIZE, mapZoom } from "./grid.js";
import { symbolRadius } from "./symbols.js";

const MOST_POINTS = 5;
const LINE_REACH = 8;
const context = document.createElement("canvas").getContext("2d");

// {state: "loaded" | "loading" | "failed" | "hidden", hits: [shape, …], surveyed, more}
// Polygons come in the order of their classes, the last class first; points the nearest first.
export function inspect(layer, map, place, reach) {
  const zoom = map.getZoom();
  if (zoom < mapZoom(layer.definition.minzoom)) return { state: "hidden", hits: [], more: 0 };
  const pixel = map.project(place, zoom);
  const column = Math.floor(pixel.x / TILE_SIZE);
  const row = Math.floor(pixel.y / TILE_SIZE);
  const tile = layer.tiles.get(`${column}:${row}:${zoom}`);
  if (!tile || tile.state !== "loaded") {
    return { state: tile?.state ?? "loading", hits: [], more: 0 };
  }
  const x = pixel.x - column * TILE_SIZE;
  const y = pixel.y - row * TILE_SIZE;
  const points = pointsAt(tile.shapes, x, y, Math.max(reach, symbolRadius(zoom, layer.definition.crowded) + 2));
  const areas = tile.shapes.filter((shape) => covers(shape, x, y)).reverse();
  return {
    state: "loaded",
    hits: distinct([...points.slice(0, MOST_POINTS), ...areas]),
    more: Math.max(0, points.length - MOST_POINTS),
    surveyed: tile.surveyed !== null && context.isPointInPath(tile.surveyed, x, y, "evenodd"),
  };
}

function pointsAt(shapes, x, y, reach) {
  return shapes
    .filter((shape) => shape.kind === "point")
    .map((shape) => ({ shape, distance: Math.hypot(shape.x - x, shape.y - y) }))
    .filter(({ distance }) => distance <= reach)
    .sort((a, b) => a.distance - b.distance)
    .map(({ shape }) => shape);
}

function covers(shape, x, y) {
  if (shape.kind === "polygon") return context.isPointInPath(shape.path, x, y);
  if (shape.kind !== "line") return false;
  context.lineWidth = 2 * LINE_REACH;
  return context.isPointInStroke(shape.path, x, y);
}

function distinct(hits) {
  const seen = new Set();
  return hits.filter(({ feature }) => !seen.has(feature.id) && seen.add(feature.id));
}
