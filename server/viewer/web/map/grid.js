// Tiles on the screen and the tiles they are drawn from.
// A tile is shown 512 CSS pixels wide: a quarter of the requests, and drawn from one zoom less.

export const TILE_SIZE = 512;
const ZOOM_OFFSET = 1;

export const nativeZoom = (mapZoom) => mapZoom - ZOOM_OFFSET;
export const mapZoom = (tileZoom) => tileZoom + ZOOM_OFFSET;

// The address to fetch for a tile on the screen: itself, or the ancestor at the layer's last zoom.
export function sourceAddress(coords, maxzoom) {
  const z = nativeZoom(coords.z);
  const above = Math.max(0, z - maxzoom);
  return { z: z - above, x: coords.x >> above, y: coords.y >> above };
}

export function inWorld({ x, y, z }) {
  const side = 2 ** z;
  return x >= 0 && y >= 0 && x < side && y < side;
}

// A function from degrees of longitude and latitude to CSS pixels of the tile.
export function projection(coords) {
  const world = TILE_SIZE * 2 ** nativeZoom(coords.z);
  const left = coords.x * TILE_SIZE;
  const top = coords.y * TILE_SIZE;
  return ([longitude, latitude]) => [
    (longitude / 360 + 0.5) * world - left,
    (0.5 - Math.asinh(Math.tan((latitude * Math.PI) / 180)) / (2 * Math.PI)) * world - top,
  ];
}

// Whether a place, in CSS pixels of the tile, is the tile's own: of the tiles drawn from one source,
// one shows it. At the source's edges its coordinates may be rounded to the other side.
export function isOwn([x, y], coords, maxzoom) {
  const last = 2 ** Math.max(0, nativeZoom(coords.z) - maxzoom) - 1;
  const isIn = (pixels, index) => {
    const nth = index & last;
    return Math.min(Math.max(Math.floor(pixels / TILE_SIZE) + nth, 0), last) === nth;
  };
  return isIn(x, coords.x) && isIn(y, coords.y);
}

// Whether [west, south, east, north] reaches into the tile or up to `margin` CSS pixels around it.
export function reaches(bounds, coords, margin) {
  const project = projection(coords);
  const [left, bottom] = project([bounds[0], bounds[1]]);
  const [right, top] = project([bounds[2], bounds[3]]);
  const end = TILE_SIZE + margin;
  return right >= -margin && left <= end && bottom >= -margin && top <= end;
}
