// Places the names of the base map as the map's own script does.
// stdin: {"look": …, "views": [{features, zoom, tags, corner, symbols}]}; stdout: [[{text, place}, …], …],
// places in CSS pixels from the corner.

import { readFileSync } from "node:fs";
import { labelsAt, placed } from "../../../server/viewer/web/map/labels.js";
import { setLook } from "../../../server/viewer/web/map/look.js";
import { projection } from "../../../server/viewer/web/map/grid.js";

const input = JSON.parse(readFileSync(0, "utf8"));
setLook(input.look);

const views = input.views.map(({ features, zoom, tags, corner: [left, top], symbols }) => {
  const project = projection({ x: 0, y: 0, z: zoom });
  const labels = labelsAt(features, zoom, tags, project);
  const boxes = symbols.map(([west, north, east, south]) => [west + left, north + top, east + left, south + top]);
  return placed(labels, boxes).map(({ text, place: [x, y] }) => ({ text, place: [x - left, y - top] }));
});

process.stdout.write(JSON.stringify(views));
