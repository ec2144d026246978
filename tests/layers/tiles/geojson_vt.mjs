// Cuts tiles of a GeoJSON file with geojson-vt and writes them as JSON: [[{id, rings}, …], …],
// coordinates in steps of the tile's grid, y downwards. Standard input: the tiles, [[z, x, y], …].
// Arguments: the file, the last zoom, grid, buffer and tolerance in steps.
import { readFileSync } from 'node:fs';
import { GeoJSONVT } from '@maplibre/geojson-vt';

const [path, ...numbers] = process.argv.slice(2);
const [maxZoom, extent, buffer, tolerance] = numbers.map(Number);
const source = JSON.parse(readFileSync(path, 'utf8'));
const index = new GeoJSONVT(source, { maxZoom, extent, buffer, tolerance });
const tiles = JSON.parse(readFileSync(0, 'utf8')).map((address) =>
  (index.getTile(...address)?.features ?? []).map(({ id, geometry }) => ({ id, rings: geometry })),
);
process.stdout.write(JSON.stringify(tiles));
