// Places points and clusters as the map's own script does.
// stdin: {"look": …, "clusters": [{middle, count, obstacles}], "tiles": [{coords, layers: [{definition,
// collection}]}]}, layers from above to below. stdout: {"clusters": [{x, y}], "tiles": [[shapes, …]]}.

import { readFileSync } from "node:fs";
import { arrange } from "../../../server/viewer/web/map/arranging.js";
import { clusterPlace, clusterRadius } from "../../../server/viewer/web/map/clusters.js";
import { setLook } from "../../../server/viewer/web/map/look.js";
import { shapes } from "../../../server/viewer/web/map/shapes.js";
import { symbolRadius } from "../../../server/viewer/web/map/symbols.js";

const input = JSON.parse(readFileSync(0, "utf8"));
setLook(input.look);

const clusters = input.clusters.map(({ middle, count, obstacles }) =>
  clusterPlace(middle, { properties: { point_count: count } }, obstacles),
);

const tiles = input.tiles.map(({ coords, layers }) => {
  const above = [];
  return layers.map(({ definition, collection }) => {
    const tile = { coords, shapes: shapes(collection, coords, definition) };
    const layer = {
      tiles: new Map([["tile", tile]]),
      above: [...above],
      radiusAt: (zoom) => symbolRadius(definition, zoom),
    };
    arrange(tile, layer, "tile");
    above.push(layer);
    return tile.shapes.map(({ kind, x, y, feature }) => ({
      kind, x, y, radius: kind === "point" ? layer.radiusAt(coords.z) : clusterRadius(feature),
    }));
  });
});

process.stdout.write(JSON.stringify({ clusters, tiles }));
