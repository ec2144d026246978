// Which tiles of a layer there are, in a static copy: it has no file for an empty one, and one that is
// in the index and does not come has failed. (layers/exports/tile_index.py)

const read = new Map();

// Whether a tile {x, y, z} of the index at this address has something in it; true where nobody knows.
export async function mayHold(address, { x, y, z }) {
  if (!read.has(address)) read.set(address, load(address));
  try {
    const { tiles } = await read.get(address);
    return (tiles[z]?.[x] ?? []).some(([first, last]) => first <= y && y <= last);
  } catch {
    read.delete(address);
    return true;
  }
}

async function load(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.json();
}
