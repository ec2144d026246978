// One tile out of a layer's pack, which holds them all behind an index (layers/exports/pack.py).

const TILE = /^\/tiles\/([a-z][a-z0-9_]*)\/(\d+)\/(\d+\/\d+)\.geojson$/;
const LENGTH_BYTES = 4;
const EMPTY = '{"type":"FeatureCollection","features":[]}';

// The index and bytes of each pack that was asked for, as long as it is kept.
const opened = new Map();

// Which tile of which pack an address means; null when it is no tile of a revision.
export function tileAddress({ pathname, searchParams }) {
  const match = TILE.exec(pathname);
  if (!match || !searchParams.has("v")) return null;
  const [, layer, zoom, place] = match;
  return { pack: `/offline/${layer}.pack?v=${searchParams.get("v")}`, zoom: Number(zoom), place };
}

// The tile as the service answers it, empty ones too; null when its revision is not kept.
export async function keptTile({ pack, zoom, place }) {
  const response = await caches.match(pack);
  if (!response) {
    opened.delete(pack);
    return null;
  }
  if (!opened.has(pack)) opened.set(pack, open(response));
  const { index, tiles } = await opened.get(pack);
  if (zoom < index.minzoom || zoom > index.maxzoom) return null;
  const span = index.tiles[`${zoom}/${place}`];
  const tile = span ? tiles.slice(...span) : EMPTY;
  return new Response(tile, { headers: { "Content-Type": "application/geo+json" } });
}

// A blob's parts are read when they are used: a large pack need not fit the worker's memory.
async function open(response) {
  const blob = await response.blob();
  const length = new DataView(await blob.slice(0, LENGTH_BYTES).arrayBuffer()).getUint32(0);
  const index = JSON.parse(await blob.slice(LENGTH_BYTES, LENGTH_BYTES + length).text());
  return { index, tiles: blob.slice(LENGTH_BYTES + length) };
}
