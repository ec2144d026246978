// A draft on a map of its own: its tiles, which staff alone may fetch, over the bundled base.

import * as L from "./map/leaflet.js";
import { smallMap } from "./place/small_map.js";

const root = document.querySelector("[data-place-map]");
const config = JSON.parse(root.dataset.placeMap);
const { tiles, bounds, minzoom, maxzoom } = config.draft;
const map = smallMap(root, config);
const [west, south, east, north] = bounds;
map.fitBounds([[south, west], [north, east]], { maxZoom: 17, padding: [24, 24], animate: false });

const DraftTiles = L.GridLayer.extend({
  createTile({ x, y, z }, done) {
    const tile = document.createElement("div");
    // Tiles are 512 pixels wide: those of the zoom before.
    fetch(tiles.replace("{z}", z - 1).replace("{x}", x).replace("{y}", y))
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)))))
      .then((collection) => {
        tile.features = L.geoJSON(collection, { style, pointToLayer, onEachFeature });
        if (!tile.removed) tile.features.addTo(map);
        done(null, tile);
      })
      .catch((error) => done(error, tile));
    return tile;
  },
});

const layer = new DraftTiles({
  tileSize: 512,
  minZoom: minzoom + 1,
  minNativeZoom: minzoom + 1,
  maxNativeZoom: maxzoom + 1,
  maxZoom: config.maxZoom,
});
layer.on("tileunload", ({ tile }) => {
  tile.removed = true;
  tile.features?.remove();
});
layer.on("tileerror", () => {
  root.querySelector("[data-place-status]").textContent = config.words.unloaded;
});
layer.addTo(map);

// The looks stand in the properties as Leaflet's options, with an underscore before them.
function style({ properties }) {
  const looks = Object.entries(properties).filter(([name]) => name.startsWith("_"));
  return Object.fromEntries(looks.map(([name, value]) => [name.slice(1), value]));
}

function pointToLayer(feature, at) {
  return L.circleMarker(at, style(feature));
}

function onEachFeature({ properties }, shape) {
  const list = document.createElement("dl");
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("_")) continue;
    const [term, words] = ["dt", "dd"].map((tag) => document.createElement(tag));
    term.textContent = name;
    words.textContent = value;
    list.append(term, words);
  }
  shape.bindPopup(list, { maxHeight: 240 });
}
