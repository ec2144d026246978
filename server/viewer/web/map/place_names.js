// Names on the base map, over the layers. They are a picture, not a list.

import * as L from "./leaflet.js";
import { clusterRadius } from "./clusters.js";
import { element } from "./dom.js";
import { TILE_SIZE } from "./grid.js";
import { labelsAt, placed, sizeOf } from "./labels.js";
import { look } from "./look.js";

// Of the view, around it, where names are there before it is moved.
const ROOM = 0.5;
// Until names make room for symbols that came.
const PAUSE_MS = 250;

export const PlaceNames = L.Layer.extend({
  options: { pane: "names" },

  // `tags` are languages of names, the best first.
  initialize(features, tags) {
    this.features = features;
    this.tags = tags;
    this.symbols = "";
  },

  onAdd(map) {
    this.box = element("div", { class: "place-names leaflet-zoom-hide", "aria-hidden": "true" });
    this.getPane().append(this.box);
    map.on("zoomend viewreset", this.place, this);
    map.on("moveend", this.draw, this);
    map.on("layeradd layerremove", this.follow, this);
    map.eachLayer((layer) => this.follow({ type: "layeradd", layer }));
    this.place();
  },

  onRemove(map) {
    map.off("zoomend viewreset", this.place, this);
    map.off("moveend", this.draw, this);
    map.off("layeradd layerremove", this.follow, this);
    clearTimeout(this.due);
    this.box.remove();
  },

  follow({ type, layer }) {
    if (layer.definition?.geometry !== "point") return;
    layer[type === "layeradd" ? "on" : "off"]("tilestate", this.schedule, this);
    this.schedule();
  },

  schedule() {
    clearTimeout(this.due);
    this.due = setTimeout(() => this.avoid(), PAUSE_MS);
  },

  // Places the names anew when other symbols are there than before.
  avoid() {
    const boxes = symbolsOn(this._map);
    if (String(boxes) === this.symbols) return;
    this.symbols = String(boxes);
    this.place(boxes);
  },

  // Once for a zoom: so no name moves while the map does.
  place(boxes) {
    const zoom = this._map.getZoom();
    const project = ([longitude, latitude]) => {
      const { x, y } = this._map.project([latitude, longitude], zoom);
      return [x, y];
    };
    const labels = labelsAt(this.features, zoom, this.tags, project);
    this.placed = placed(labels, Array.isArray(boxes) ? boxes : symbolsOn(this._map));
    this.draw();
  },

  draw() {
    const origin = this._map.getPixelOrigin();
    const { min, max } = this._map.getPixelBounds();
    const [roomX, roomY] = [(max.x - min.x) * ROOM, (max.y - min.y) * ROOM];
    const near = this.placed.filter(
      ({ place: [x, y] }) =>
        x >= min.x - roomX && x <= max.x + roomX && y >= min.y - roomY && y <= max.y + roomY,
    );
    this.box.replaceChildren(...near.map((label) => spanOf(label, origin)));
  },
});

function spanOf(label, origin) {
  const { ink, size, weight } = look.base.names.kinds[label.kind];
  const span = element("span", { lang: label.lang, class: `is-${label.kind}` }, label.text);
  const [x, y] = label.place;
  Object.assign(span.style, {
    left: `${Math.round(x - origin.x)}px`,
    top: `${Math.round(y - origin.y)}px`,
    color: ink,
    fontSize: `${size}px`,
    fontWeight: weight,
    lineHeight: `${sizeOf(label)[1]}px`,
  });
  return span;
}

// The boxes of the symbols in the tiles that are loaded, in pixels of the map's world.
function symbolsOn(map) {
  const boxes = [];
  const zoom = map.getZoom();
  map.eachLayer((layer) => {
    if (layer.definition?.geometry !== "point") return;
    for (const { coords, shapes, state } of layer.tiles.values()) {
      if (state !== "loaded" || coords.z !== zoom) continue;
      for (const { kind, x, y, feature } of shapes) {
        const radius = kind === "cluster" ? clusterRadius(feature) : layer.radiusAt(zoom);
        const [left, top] = [coords.x * TILE_SIZE + x, coords.y * TILE_SIZE + y];
        boxes.push([left - radius, top - radius, left + radius, top + radius]);
      }
    }
  });
  return boxes;
}
