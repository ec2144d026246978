// A city's layer: a canvas per tile, drawn once from GeoJSON and then only moved.

import L from "leaflet";
import { TILE_SIZE, inWorld, mapZoom, projection, reaches, sourceAddress } from "./grid.js";
import { paintFailure, paintHatch, paintMark, paintShapes } from "./paint.js";
import { outline, shapes } from "./shapes.js";
import { symbolRadius } from "./symbols.js";

// CSS pixels around the bounds within which a tile can show something of the layer.
const REACH = 32;
const MAX_RATIO = 2;
const OPACITY = { polygon: 0.7, line: 1, point: 1 };
const EMPTY = { features: [] };

export const TileLayer = L.GridLayer.extend({
  initialize(definition) {
    L.GridLayer.prototype.initialize.call(this, {
      tileSize: TILE_SIZE,
      pane: definition.geometry,
      opacity: OPACITY[definition.geometry],
      minZoom: mapZoom(definition.minzoom),
      keepBuffer: 1,
    });
    this.definition = definition;
    this.tiles = new Map();
    this.surveyed = null;
    this.on("tileunload", ({ coords }) => this.forget(coords));
  },

  createTile(coords, done) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 0;
    const tile = {
      coords, canvas, state: "loading", shapes: [], surveyed: null, request: new AbortController(),
    };
    this.tiles.set(this._tileCoordsToKey(coords), tile);
    this.load(tile).then((finished) => finished && done(null, canvas));
    return canvas;
  },

  // Loads and draws; false when the tile left the view meanwhile.
  async load(tile) {
    const { signal } = tile.request;
    const project = projection(tile.coords);
    tile.state = "loading";
    this.fire("tilestate");
    try {
      const [collection, surveyed] = await Promise.all([this.fetchTile(tile), this.fetchSurveyed()]);
      if (signal.aborted) return false;
      tile.shapes = shapes(collection, project, this.definition.style);
      tile.surveyed = surveyed && outline(surveyed.type, surveyed.coordinates, project);
      tile.state = "loaded";
    } catch {
      if (signal.aborted) return false;
      tile.state = "failed";
    }
    this.paint(tile);
    this.fire("tilestate");
    return true;
  },

  async fetchTile({ coords, request }) {
    const { bounds, maxzoom, tiles } = this.definition;
    const address = sourceAddress(coords, maxzoom);
    if (!bounds || !inWorld(address) || !reaches(bounds, coords, REACH)) return EMPTY;
    const response = await fetch(L.Util.template(tiles, address), { signal: request.signal });
    if (response.status === 204) return EMPTY;
    if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
    return response.json();
  },

  // The geometry of the surveyed area, fetched once; asked for again after a failure.
  fetchSurveyed() {
    const address = this.definition.hazard?.coverage;
    if (!address) return null;
    this.surveyed ??= fetch(address)
      .then((response) => {
        if (!response.ok) throw new Error(`${address}: ${response.status}`);
        return response.json();
      })
      .then((feature) => feature.geometry)
      .catch((error) => {
        this.surveyed = null;
        throw error;
      });
    return this.surveyed;
  },

  paint(tile) {
    const { sample, geometry, hazard, crowded } = this.definition;
    const { words } = this._map;
    if (tile.state === "loaded" && tile.shapes.length === 0 && !hazard) {
      tile.canvas.width = tile.canvas.height = 0;
      return;
    }
    const { context, ratio } = prepare(tile.canvas);
    if (tile.state === "failed") {
      paintFailure(context, words.tileFailed);
      return;
    }
    const zoom = tile.coords.z;
    const radius = symbolRadius(zoom, crowded);
    paintShapes(context, tile.shapes, { zoom, radius, ratio, hollow: sample });
    if (sample && geometry === "polygon") paintMark(context, words.sampleMark);
    if (hazard) paintHatch(context, tile.surveyed);
  },

  forget(coords) {
    const key = this._tileCoordsToKey(coords);
    this.tiles.get(key)?.request.abort();
    this.tiles.delete(key);
    this.fire("tilestate");
  },

  retry() {
    for (const tile of this.tiles.values()) {
      if (tile.state === "failed") this.load(tile);
    }
  },

  // How many of the tiles in view are loading, and how many failed.
  states() {
    const counts = { loading: 0, failed: 0 };
    for (const { state } of this.tiles.values()) {
      if (state in counts) counts[state] += 1;
    }
    return counts;
  },
});

// A canvas of the tile's size on this screen, to be drawn on in CSS pixels of the tile. Where a CSS
// pixel is no whole number of the screen's, edges of tiles fall between the screen's pixels and the
// ground shines through: there each tile reaches one pixel into its neighbours.
function prepare(canvas) {
  const screen = globalThis.devicePixelRatio || 1;
  const bleed = Number.isInteger(screen) ? 0 : 1;
  const side = TILE_SIZE + 2 * bleed;
  canvas.width = canvas.height = Math.ceil(side * Math.min(screen, MAX_RATIO));
  canvas.style.width = canvas.style.height = `${side}px`;
  canvas.style.margin = `${-bleed}px`;
  const ratio = canvas.width / side;
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  context.translate(bleed, bleed);
  return { context, ratio };
}
