// What lies under the layers: the bundled base always, GSI's tiles over it when asked for.

import * as L from "./leaflet.js";
import { element } from "./dom.js";
import { look } from "./look.js";
import { PlaceNames } from "./place_names.js";

// So many failures without one success mean that the tiles cannot be had.
const FAILURES = 4;

// Of the map's size, drawn around it, so that the ground is there while the map is being moved.
const ROOM = 0.5;

export function bundledBase({ data, credit }) {
  return {
    // Resolves when it is drawn; rejects when it could not be loaded.
    async addTo(map) {
      map.attributionControl.addAttribution(attributionOf(credit));
      const response = await fetch(data);
      if (!response.ok) throw new Error(`${data}: ${response.status}`);
      const { features } = await response.json();
      const ofKind = (kind) => features.filter((feature) => feature.properties.kind === kind);
      const boundary = { type: "FeatureCollection", features: ofKind("boundary") };
      const { color, border, width } = look.ground;
      outline(boundary, "base", { stroke: false, fillColor: color, fillOpacity: 1 }).addTo(map);
      outline(boundary, "border", { color: border, weight: width, fill: false }).addTo(map);
      new PlaceNames(ofKind("town")).addTo(map);
    },
  };
}

function outline(shape, pane, style) {
  const renderer = L.svg({ pane, padding: ROOM });
  return L.geoJSON(shape, { pane, renderer, style, interactive: false });
}

// A tile layer that fires "unreachable" once when its tiles cannot be had.
export function onlineBase({ tiles, minzoom, maxzoom, credit, creditUrl }) {
  const layer = L.tileLayer(tiles, {
    pane: "base",
    zIndex: 2,
    minZoom: minzoom,
    maxZoom: maxzoom,
    attribution: attributionOf(credit, creditUrl),
  });
  let failed = 0;
  let loaded = 0;
  layer.on("add", () => (failed = loaded = 0));
  layer.on("tileload", () => (loaded += 1));
  layer.on("tileerror", () => {
    failed += 1;
    if (failed === FAILURES && loaded === 0) layer.fire("unreachable");
  });
  return layer;
}

// Leaflet takes credits as markup: the words go in as text.
const attributionOf = (text, url) =>
  (url ? element("a", { href: url }, text) : element("span", {}, text)).outerHTML;
