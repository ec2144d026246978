// What lies under the layers: the bundled base always, GSI's tiles over it when asked for.

import * as L from "./leaflet.js";
import { element } from "./dom.js";
import { Ground } from "./ground.js";
import { look } from "./look.js";
import { PlaceNames } from "./place_names.js";

// So many failures without one success mean that the tiles cannot be had; fewer do so where there are
// no more in view.
const FAILURES = 4;

// Of the map's size, drawn around it, so that the ground is there while the map is being moved.
const ROOM = 0.5;

export function bundledBase({ data, near, far, landmarks, credit }) {
  const fetched = new Map();
  // Each file once; asked for again after a failure.
  const features = (address) => {
    if (!fetched.has(address)) {
      const loading = featuresAt(address);
      fetched.set(address, loading);
      loading.catch(() => fetched.delete(address));
    }
    return fetched.get(address);
  };
  // Beyond the zoom `far` finer lines and areas stand in the place of those of `data`; until they are
  // there, or where they cannot be had, these are drawn.
  async function drawn(zoom) {
    const all = await features(data);
    if (zoom <= far || near === null) return all;
    const finer = await features(near).catch(() => null);
    return finer === null ? all : [...all.filter(isKeptNear), ...finer];
  }
  return {
    landmarks,
    // Resolves to its features when it is drawn; rejects when it could not be loaded.
    async addTo(map) {
      map.attributionControl.addAttribution(creditOf(credit));
      const all = await features(data);
      const boundary = { type: "FeatureCollection", features: all.filter(isOfKind("boundary")) };
      const { border, width } = look.ground;
      new Ground(drawn).addTo(map);
      outline(boundary, "border", { color: border, weight: width, fill: false }).addTo(map);
      new PlaceNames(all, map.nameTags).addTo(map);
      return all;
    },
  };
}

async function featuresAt(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return (await response.json()).features;
}

const isOfKind = (kind) => (feature) => feature.properties.kind === kind;
const isKeptNear = ({ properties, geometry }) => properties.kind === "boundary" || geometry.type === "Point";

function outline(shape, pane, style) {
  const renderer = L.svg({ pane, padding: ROOM });
  return L.geoJSON(shape, { pane, renderer, style, interactive: false });
}

// A tile layer that fires "incomplete" once when a tile cannot be had, and "unreachable" once when none
// can.
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
    if (failed === 1) layer.fire("incomplete");
    if (failed === FAILURES) giveUp();
  });
  layer.on("load", () => {
    if (failed > 0 && failed < FAILURES) giveUp();
  });
  function giveUp() {
    if (loaded === 0) layer.fire("unreachable");
  }
  return layer;
}

// The marks that licences want to see, and behind them, one tap away, all sources.
function creditOf({ title, marks, sources }) {
  const text = element("span", { class: "credit-text" }, [...marks, title].join(" · "));
  const summary = element("summary", {}, element("span", { class: "credit-sign", "aria-hidden": "true" }, "ⓘ"), text);
  const lines = sources.map((source) => element("p", {}, source));
  return element("details", { class: "base-credit" }, summary, ...lines).outerHTML;
}

// Leaflet takes credits as markup: the words go in as text.
const attributionOf = (text, url) =>
  (url ? element("a", { href: url }, text) : element("span", {}, text)).outerHTML;
