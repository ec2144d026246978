// geojson-vt as `measure.Worker` wants a program: ready, then a line of JSON for each line.
//   run                 index, cut every tile from MINZOOM on and write each as JSON
//   tolerance NUMBER    simplify to this from now on, of 4096 along a tile's side
//   cluster NUMBER Z    join points within so many pixels, of 256, up to zoom Z; 0: do not
//   dump FILE           write the tiles, one a line, for their content to be compared
// A command and its arguments have tabs between them.
// Usage: node geojson_vt.mjs MODULE DATA MINZOOM MAXZOOM
//
// Tiles hold whole numbers in the tile's own grid, which are less to write than GeoJSON's degrees.

import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [module, path] = process.argv.slice(2);
const [minzoom, maxzoom] = process.argv.slice(4).map(Number);
const { GeoJSONVT } = await import(pathToFileURL(module));

const text = readFileSync(path, "utf8");
const start = performance.now();
const data = JSON.parse(text);
const parse = (performance.now() - start) / 1000;

const EXTENT = 4096; // steps along a tile's side
const BUFFER = data.features[0].geometry.type === "Point" ? 0 : EXTENT / 16; // as wide as ours
const options = {
  maxZoom: maxzoom, indexMaxZoom: maxzoom, indexMaxPoints: 0, extent: EXTENT, buffer: BUFFER,
};

// A clustered index does not list its tiles: every one of the data's box is asked for.
function* inBox() {
  let [west, south, east, north] = [1, 1, 0, 0];
  for (const feature of data.features) {
    const [longitude, latitude] = feature.geometry.coordinates;
    const x = (longitude + 180) / 360;
    const y = 0.5 - Math.asinh(Math.tan((latitude * Math.PI) / 180)) / (2 * Math.PI);
    [west, south, east, north] = [
      Math.min(west, x), Math.min(south, y), Math.max(east, x), Math.max(north, y),
    ];
  }
  for (let z = minzoom; z <= maxzoom; z++) {
    const [left, top, right, bottom] = [
      west * 2 ** z, south * 2 ** z, east * 2 ** z, north * 2 ** z,
    ].map(Math.floor);
    for (let x = left; x <= right; x++) for (let y = top; y <= bottom; y++) yield { z, x, y };
  }
}

const within = ({ geometry: [[x, y]] }) => x >= 0 && y >= 0 && x < EXTENT && y < EXTENT;

function* tiles(index) {
  for (const { z, x, y } of options.cluster ? inBox() : index.tileIndex.tileCoords) {
    if (z < minzoom) continue;
    let features = index.getTile(z, x, y)?.features ?? [];
    if (options.cluster) features = features.filter(within); // its buffer is the clusters' reach
    if (features.length) yield { z, x, y, features };
  }
}

const seconds = () => performance.now() / 1000;

function run() {
  const began = seconds();
  const cpu = process.cpuUsage();
  const index = new GeoJSONVT(data, options);
  const indexed = seconds();
  for (const tile of tiles(index)) JSON.stringify(tile.features);
  const ended = seconds();
  const { user, system } = process.cpuUsage(cpu);
  return { wall: ended - began, cpu: (user + system) / 1e6, index: indexed - began, write: ended - indexed };
}

const commands = {
  run,
  tolerance: (value) => Object.assign(options, { tolerance: Number(value) }),
  cluster: (radius, most) =>
    Object.assign(options, {
      cluster: Number(radius) > 0,
      clusterOptions: {
        minZoom: minzoom,
        maxZoom: Number(most),
        radius: (Number(radius) * EXTENT) / 256,
        extent: EXTENT,
      },
    }),
  dump: (target) => {
    const lines = Array.from(tiles(new GeoJSONVT(data, options)), (tile) => JSON.stringify(tile));
    writeFileSync(target, lines.join("\n"));
    return { tiles: lines.length };
  },
};

console.log(JSON.stringify({ ready: 1, parse }));
for await (const line of createInterface({ input: process.stdin })) {
  const [command, ...values] = line.split("\t");
  console.log(JSON.stringify(commands[command](...values)));
}
