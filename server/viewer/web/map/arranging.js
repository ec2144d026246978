// Moves a tile's clusters out of the way of the symbols that are drawn above them.

import { clusterPlace, clusterRadius } from "./clusters.js";

export function arrange(tile, layer, key) {
  const singles = symbolsIn(layer, key).filter(({ kind }) => kind === "point");
  const obstacles = [...singles, ...layer.above.flatMap((other) => symbolsIn(other, key))];
  for (const shape of tile.shapes) {
    if (shape.kind === "cluster") {
      Object.assign(shape, clusterPlace(shape.middle, shape.feature, obstacles));
    }
  }
}

// The symbols of a tile as they are drawn: {kind, x, y, radius}.
function symbolsIn(layer, key) {
  const { shapes, coords } = layer.tiles.get(key) ?? { shapes: [] };
  return shapes.flatMap(({ kind, x, y, feature }) => {
    if (kind === "point") return [{ kind, x, y, radius: layer.radiusAt(coords.z) }];
    return kind === "cluster" ? [{ kind, x, y, radius: clusterRadius(feature) }] : [];
  });
}
