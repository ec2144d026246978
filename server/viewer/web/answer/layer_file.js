// A layer's file of answers, as layers/exports/answers.py writes it.

import { overlap, widen } from "./area.js";

const LENGTH_BYTES = 4;
const TYPES = { "<f8": Float64Array, "<u4": Uint32Array };

// The index with its arrays by name, out of the file's bytes.
export function readLayer(buffer) {
  const length = new DataView(buffer).getUint32(0);
  const index = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, LENGTH_BYTES, length)));
  let start = LENGTH_BYTES + length;
  const arrays = {};
  for (const [name, [type, count]] of Object.entries(index.arrays)) {
    arrays[name] = new TYPES[type](buffer, start, count);
    start += arrays[name].byteLength;
  }
  return { ...index, ...arrays };
}

export const placeAt = ({ coordinates }, index) => [coordinates[2 * index], coordinates[2 * index + 1]];

// The parts of a layer of zones, to be asked again and again.
export class Parts {
  constructor(layer) {
    this.layer = layer;
    this.offsets = [layer.offsets0, layer.offsets1].filter(Boolean);
    this.bounds = Array.from(layer.owner, (_, part) => this.boundsOf(part));
  }

  // The features that an area touches, in their order.
  touchedBy(area) {
    const { kind, owner } = this.layer;
    const features = new Set();
    for (let part = 0; part < owner.length; part++) {
      if (features.has(owner[part]) || !overlap(this.bounds[part], area.bounds)) continue;
      if (area.touches(kind, this.lines(part))) features.add(owner[part]);
    }
    return [...features].sort((a, b) => a - b);
  }

  // A part's rings, its line, or its point: lists of places.
  lines(part) {
    const [vertices, rings] = this.offsets;
    if (!vertices) return [this.places(part, part + 1)];
    if (!rings) return [this.places(vertices[part], vertices[part + 1])];
    const lines = [];
    for (let ring = rings[part]; ring < rings[part + 1]; ring++) {
      lines.push(this.places(vertices[ring], vertices[ring + 1]));
    }
    return lines;
  }

  boundsOf(part) {
    const { coordinates } = this.layer;
    const start = (index) => this.offsets.reduceRight((at, offsets) => offsets[at], index);
    const bounds = [Infinity, Infinity, -Infinity, -Infinity];
    for (let at = start(part), end = start(part + 1); at < end; at++) {
      widen(bounds, coordinates[2 * at], coordinates[2 * at + 1]);
    }
    return bounds;
  }

  places(first, last) {
    return Array.from({ length: last - first }, (_, at) => placeAt(this.layer, first + at));
  }
}
