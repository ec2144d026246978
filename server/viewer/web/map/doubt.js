// Where a feature may be when its exact place is not known: a dashed circle as wide as the doubt.

import * as L from "./leaflet.js";
import { look } from "./look.js";

// Metres that a feature's place may be off.
export const DOUBT = "position_doubt_m";
const PANE = "doubt";

// Keeps the circles of a layer's features as its tiles come and go.
export function drawDoubt(layer) {
  if (!layer.definition.fields.some(({ id }) => id === DOUBT)) return;
  const { width, dash, opacity } = look.doubt;
  const style = { interactive: false, weight: width, dashArray: dash, fillOpacity: opacity };
  const renderer = L.svg({ pane: PANE });
  const circles = L.layerGroup();
  const circleOf = new Map();
  layer.on("add", ({ target }) => circles.addTo(target._map));
  layer.on("remove", () => circles.remove());
  layer.on("tilestate", () => {
    const doubts = new Map(doubtful(layer));
    for (const [key, circle] of circleOf) {
      if (doubts.has(key)) continue;
      circles.removeLayer(circle);
      circleOf.delete(key);
    }
    for (const [key, { place, color, radius }] of doubts) {
      if (circleOf.has(key)) continue;
      const circle = L.circle([place[1], place[0]], { ...style, pane: PANE, renderer, radius, color });
      circles.addLayer(circle);
      circleOf.set(key, circle);
    }
  });
}

// One entry for all features of a layer that may be at the same places.
function doubtful(layer) {
  return [...layer.tiles.values()]
    .flatMap(({ shapes }) => shapes)
    .filter(({ kind, feature }) => kind === "point" && feature.properties[DOUBT])
    .map(({ place, look: { color }, feature }) => {
      const radius = feature.properties[DOUBT];
      return [`${place} ${radius} ${color}`, { place, color, radius }];
    });
}
