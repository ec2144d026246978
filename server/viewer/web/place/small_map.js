// The map itself: the bundled base, and buttons to zoom.

import * as L from "../map/leaflet.js";
import { bundledBase } from "../map/base.js";
import { setLook } from "../map/look.js";

export function smallMap(root, config) {
  const { words } = config;
  setLook(config.look);
  const map = L.map(root.querySelector(".place-map-canvas"), {
    minZoom: config.minZoom,
    maxZoom: config.maxZoom,
    maxBounds: L.latLngBounds(config.limits).pad(0.2),
    zoomControl: false,
    scrollWheelZoom: false, // the wheel scrolls the page
    attributionControl: false,
    fadeAnimation: false,
    zoomAnimation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
  });
  map.nameTags = config.nameTags;
  for (const [name, height] of Object.entries({ base: 250, border: 350, names: 420 })) {
    map.createPane(name).style.zIndex = height;
  }
  L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
  L.control.attribution({ prefix: false }).addTo(map);
  map.fitBounds(config.extent);
  bundledBase(config.base)
    .addTo(map)
    .catch(() => (root.querySelector("[data-place-status]").textContent = words.unloaded));
  return map;
}
