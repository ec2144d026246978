// Whether a place that is an area is open: a badge on the point that the service names of it.

import * as L from "./leaflet.js";
import { badge } from "./badges.js";
import { undesignatedFor } from "./designated.js";

const RADIUS = 9; // CSS pixels

// Keeps the badges of a layer's areas as its tiles and the states come and go.
export function drawAreaBadges(layer) {
  const { id, geometry, opens } = layer.definition;
  if (!opens || geometry !== "polygon") return;
  const badges = L.layerGroup();
  let map = null;
  const draw = () => {
    badges.clearLayers();
    for (const feature of map ? areasOf(layer) : []) {
      const state = map.openings.of(id, feature);
      if (state) badges.addLayer(badgeAt(state, `layer-${id}`));
    }
  };
  layer.on("add", ({ target }) => {
    map = target._map;
    badges.addTo(map);
    map.on("openings", draw);
    draw();
  });
  layer.on("remove", () => {
    map?.off("openings", draw);
    map = null;
    badges.remove();
  });
  layer.on("tilestate", draw);
}

// The ids of those that are drawn as what the map is about: that another is open offers nothing.
function areasOf(layer) {
  const shapes = [...layer.tiles.values()].flatMap((tile) => tile.shapes);
  const areas = shapes.filter(({ kind, feature }) =>
    kind === "polygon" && !undesignatedFor(feature, layer.definition, layer.inView).length);
  return new Set(areas.map(({ feature }) => feature.id));
}

function badgeAt({ state, at: [longitude, latitude] }, pane) {
  const side = 2 * RADIUS;
  const icon = L.divIcon({ className: "area-badge", html: badge(state, side), iconSize: [side, side] });
  return L.marker([latitude, longitude], { interactive: false, keyboard: false, icon, pane });
}
