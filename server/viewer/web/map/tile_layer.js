// A city's layer: a canvas per tile, drawn once from GeoJSON and then only moved.

import * as L from "./leaflet.js";
import { drawAreaBadges } from "./area_badges.js";
import { arrange } from "./arranging.js";
import { clear, draw } from "./canvas.js";
import { drawDoubt } from "./doubt.js";
import {
  TILE_SIZE, inWorld, mapZoom, nativeZoom, projection, reaches, sourceAddress,
} from "./grid.js";
import { undesignatedFor } from "./designated.js";
import { look } from "./look.js";
import { plain } from "./marks.js";
import { paintFailure, paintHatch, paintMark, paintShapes } from "./paint.js";
import { outline, shapes } from "./shapes.js";
import { symbolRadius, symbolRoom } from "./symbols.js";
import { mayHold } from "./tile_index.js";

// CSS pixels around a tile from which it holds areas and lines too; of points it holds its own.
const BUFFER = { polygon: 32, line: 32, point: 1 };
// CSS pixels that a tile's canvas reaches over its edges, so that symbols are drawn whole.
const overhang = (geometry) => (geometry === "point" ? symbolRoom() : 0);
const opacity = (geometry) => (geometry === "polygon" ? look.areas.opacity : 1);
const EMPTY = { features: [] };

export const TileLayer = L.GridLayer.extend({
  initialize(definition) {
    L.GridLayer.prototype.initialize.call(this, {
      tileSize: TILE_SIZE,
      pane: `layer-${definition.id}`,
      opacity: opacity(definition.geometry),
      minZoom: mapZoom(definition.minzoom),
      keepBuffer: 1,
    });
    this.definition = definition;
    this.tiles = new Map();
    this.above = [];
    this.flags = null;
    this.inView = [];
    this.patterns = false;
    this.surveyed = null;
    this.on("tileunload", ({ coords }) => this.forget(coords));
    drawDoubt(this);
    drawAreaBadges(this);
  },

  createTile(coords, done) {
    const canvas = document.createElement("canvas");
    clear(canvas);
    const tile = {
      coords, canvas, state: "loading", all: [], shapes: [], surveyed: null, request: new AbortController(),
    };
    this.tiles.set(this._tileCoordsToKey(coords), tile);
    // Later, one by one: asking for all at once would hold the page up, and the view may change yet.
    setTimeout(async () => {
      if (await this.load(tile)) done(null, canvas);
    });
    return canvas;
  },

  // Loads and draws; false when the tile left the view meanwhile.
  async load(tile) {
    const { signal } = tile.request;
    if (signal.aborted) return false;
    tile.state = "loading";
    this.fire("tilestate");
    try {
      const [collection, surveyed] = await Promise.all([this.fetchTile(tile), this.fetchSurveyed()]);
      if (signal.aborted) return false;
      tile.all = shapes(collection, tile.coords, this.definition);
      tile.shapes = this.chosen(tile.all);
      tile.surveyed =
        surveyed && outline(surveyed.type, surveyed.coordinates, projection(tile.coords)).path;
      tile.state = "loaded";
      this.paint(tile);
    } catch {
      if (signal.aborted) return false;
      tile.state = "failed";
      try {
        this.paint(tile);
      } catch {
        // A canvas that cannot be drawn on: the line above the map says that part of it is missing.
      }
    }
    this.fire("tilestate");
    this.fire("tilepainted", { key: this._tileCoordsToKey(tile.coords) });
    return true;
  },

  async fetchTile({ coords, request }) {
    const { bounds, geometry, maxzoom, tileIndex, tiles } = this.definition;
    const address = sourceAddress(coords, maxzoom);
    if (!bounds || !inWorld(address) || !reaches(bounds, coords, BUFFER[geometry])) return EMPTY;
    if (tileIndex && !(await mayHold(tileIndex, address))) return EMPTY;
    const response = await fetch(L.Util.template(tiles, address), { signal: request.signal });
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
    const { id, sample, geometry, hazard, opens } = this.definition;
    const { openings, words, lang } = this._map;
    if (tile.state === "loaded" && tile.shapes.length === 0 && !hazard) {
      clear(tile.canvas);
      return;
    }
    if (tile.state === "failed") {
      draw(tile.canvas, 0, (context) => paintFailure(context, plain(words.tileFailed)));
      return;
    }
    arrange(tile, this, this._tileCoordsToKey(tile.coords));
    const zoom = tile.coords.z;
    const radius = this.radiusAt(zoom);
    const { patterns } = this;
    const isCrossed = (feature) => undesignatedFor(feature, this.definition, this.inView).length > 0;
    const badgeOf = (feature) => (opens ? openings.of(id, feature.id)?.state : undefined);
    draw(tile.canvas, overhang(geometry), (context, ratio) => {
      paintShapes(context, tile.shapes, { zoom, radius, ratio, hollow: sample, lang, patterns, isCrossed, badgeOf });
      if (sample && geometry === "polygon") paintMark(context, plain(words.sampleMark));
      if (hazard) paintHatch(context, tile.surveyed);
    });
  },

  // `share`: 0 to 1, of how strongly the layer is usually drawn.
  setStrength(share) {
    this.setOpacity(opacity(this.definition.geometry) * share);
  },

  // Whether the classes of areas are told apart by patterns too.
  showPatterns(patterns) {
    if (this.patterns === patterns || this.definition.geometry !== "polygon") return;
    this.patterns = patterns;
    this.repaint();
  },

  // Of places designated by kind of disaster, only those designated for all of `disasters` that any
  // is designated for; where there is no such disaster, none. All places when `disasters` is empty.
  showDesignated(disasters) {
    const { designated } = this.definition;
    if (!designated) return;
    const flags = disasters.length ? disasters.map((each) => designated[each]).filter(Boolean) : null;
    if (String(flags) === String(this.flags)) return;
    this.flags = flags;
    for (const tile of this.tiles.values()) tile.shapes = this.chosen(tile.all);
    this.repaint();
    this.fire("tilestate");
  },

  // Places that are not designated for all of `disasters`, whose zones are shown, are drawn otherwise.
  crossUndesignated(disasters) {
    const partial = disasters.filter((each) => each in this.definition.undesignated);
    if (String(partial) === String(this.inView)) return;
    this.inView = partial;
    this.repaint();
    this.fire("tilestate");
  },

  // A number says nothing of what its places are designated for: it is left out with the others.
  chosen(all) {
    const { flags } = this;
    if (flags === null) return all;
    return all.filter(
      ({ kind, feature }) =>
        kind !== "cluster" && flags.length > 0 && flags.every((flag) => feature.properties[flag] === true),
    );
  },

  repaint() {
    for (const tile of this.tiles.values()) if (tile.state !== "loading") this.paint(tile);
  },

  // Says which layers' symbols are drawn above this layer's.
  lieUnder(layers) {
    this.above = layers;
    for (const key of this.tiles.keys()) this.rearrange(key);
  },

  // Draws a tile's clusters anew, when symbols above them came or went.
  rearrange(key) {
    const tile = this.tiles.get(key);
    if (tile?.state === "loaded" && tile.shapes.some(({ kind }) => kind === "cluster")) this.paint(tile);
  },

  // Whether points that are close together are counted at a zoom of the map.
  isClustered(zoom) {
    return nativeZoom(zoom) < this.definition.unclusteredFrom;
  },

  // Whether a zoom of the map is too far away to show the layer, or the places chosen of it.
  isHidden(zoom) {
    const isFar = zoom < mapZoom(this.definition.minzoom);
    return isFar || (this.flags !== null && this.isClustered(zoom));
  },

  // Half the width of the layer's symbols.
  radiusAt(zoom) {
    return symbolRadius(this.definition, zoom);
  },

  // The tiles whose symbols can be seen at `pixel` of the map's world at `zoom`.
  tilesAround(pixel, zoom) {
    const room = overhang(this.definition.geometry);
    const range = (value) => {
      const first = Math.floor((value - room) / TILE_SIZE);
      const last = Math.floor((value + room) / TILE_SIZE);
      return first === last ? [first] : [first, last];
    };
    return range(pixel.x)
      .flatMap((x) => range(pixel.y).map((y) => this.tiles.get(`${x}:${y}:${zoom}`)))
      .filter((tile) => tile?.state === "loaded");
  },

  // Tiles just outside the view reach into it.
  _getTiledPixelBounds(center) {
    const { min, max } = L.GridLayer.prototype._getTiledPixelBounds.call(this, center);
    const room = overhang(this.definition.geometry);
    return L.bounds(min.subtract([room, room]), max.add([room, room]));
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
