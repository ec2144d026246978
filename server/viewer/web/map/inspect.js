// What a layer has at a place: asked of the tiles that are drawn there, without another request.

import { clusterRadius } from "./clusters.js";
import { TILE_SIZE, mapZoom } from "./grid.js";

const MOST_POINTS = 5;
const LINE_REACH = 8;
const EDGE = 2;
const context = document.createElement("canvas").getContext("2d");

// {state: "loaded" | "loading" | "failed" | "hidden", hits: [shape, …], top, surveyed, more}
// Polygons come in the order of their classes, the last class first; symbols the nearest first.
// `top` is the symbol that is seen at the place itself, null where `reach` alone finds one.
export function inspect(layer, map, place, reach) {
  const zoom = map.getZoom();
  const nothing = { hits: [], top: null, more: 0 };
  if (zoom < mapZoom(layer.definition.minzoom)) return { ...nothing, state: "hidden" };
  const pixel = map.project(place, zoom);
  const column = Math.floor(pixel.x / TILE_SIZE);
  const row = Math.floor(pixel.y / TILE_SIZE);
  const tile = layer.tiles.get(`${column}:${row}:${zoom}`);
  const symbols = symbolsAt(layer, pixel, zoom, reach);
  const top = symbols.find(({ isSeen }) => isSeen)?.shape ?? null;
  const nearest = symbols.slice(0, MOST_POINTS).map(({ shape }) => shape);
  const more = Math.max(0, symbols.length - MOST_POINTS);
  if (!tile || tile.state !== "loaded") {
    return { state: tile?.state ?? "loading", hits: distinct(nearest), top, more };
  }
  const x = pixel.x - column * TILE_SIZE;
  const y = pixel.y - row * TILE_SIZE;
  const areas = tile.shapes.filter((shape) => covers(shape, x, y)).reverse();
  return {
    state: "loaded",
    hits: distinct([...nearest, ...areas]),
    top,
    more,
    surveyed: tile.surveyed !== null && context.isPointInPath(tile.surveyed, x, y, "evenodd"),
  };
}

// Single places before clusters, as they are drawn.
function symbolsAt(layer, pixel, zoom, reach) {
  const radius = layer.radiusAt(zoom) + EDGE;
  return layer
    .tilesAround(pixel, zoom)
    .flatMap(({ coords, shapes }) =>
      shapes
        .filter(({ kind }) => kind === "point" || kind === "cluster")
        .map((shape) => {
          const [x, y] = [coords.x * TILE_SIZE + shape.x, coords.y * TILE_SIZE + shape.y];
          const distance = Math.hypot(x - pixel.x, y - pixel.y);
          const isPoint = shape.kind === "point";
          const seen = isPoint ? radius : clusterRadius(shape.feature) + EDGE;
          const far = isPoint ? Math.max(reach, seen) : seen;
          return { shape, distance, isPoint, isSeen: distance <= seen, isHit: distance <= far };
        }),
    )
    .filter(({ isHit }) => isHit)
    .sort((a, b) => b.isPoint - a.isPoint || a.distance - b.distance);
}

export function covers(shape, x, y) {
  if (shape.kind === "polygon") return context.isPointInPath(shape.path, x, y);
  if (shape.kind !== "line") return false;
  context.lineWidth = 2 * LINE_REACH;
  return context.isPointInStroke(shape.path, x, y);
}

function distinct(hits) {
  const seen = new Set();
  return hits.filter(({ feature }) => !seen.has(feature.id) && seen.add(feature.id));
}
