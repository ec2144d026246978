// What marks places on the map that the card tells of.

import * as L from "./leaflet.js";
import { drawing } from "./drawing.js";
import { look } from "./look.js";

const SIZE = [30, 40]; // CSS pixels
const FORM = "M15 39C11 29 2 24 2 14a13 13 0 0 1 26 0c0 10-9 15-13 25z";
const RING = 26;
const SILENT = { interactive: false, keyboard: false };

// The place that the card is about: the pin's tip stands on it.
export function pin(place) {
  const html = drawing(
    "svg",
    { viewBox: "0 0 30 40", width: SIZE[0], height: SIZE[1] },
    drawing("path", { class: "pin-body", d: FORM }),
    drawing("circle", { class: "pin-eye", cx: 15, cy: 14, r: 5 }),
  );
  const icon = L.divIcon({ className: "pin", html, iconSize: SIZE, iconAnchor: [SIZE[0] / 2, SIZE[1] - 1] });
  return L.marker(place, { ...SILENT, icon });
}

// Another place that it names: a ring around it, and the straight line that its distance is of.
export function aim(place, from) {
  const icon = L.divIcon({ className: "aim", iconSize: [RING, RING] });
  const { color, width: weight, dash: dashArray } = look.place;
  const line = L.polyline([from, place], { color, weight, dashArray, pane: "doubt", interactive: false });
  return L.layerGroup([line, L.marker(place, { ...SILENT, icon })]);
}

// How far from the place, in metres, what is looked for may be.
export function doubtCircle(place, radius) {
  const { color, width: weight, dash: dashArray, opacity: fillOpacity } = look.place;
  const style = { color, weight, dashArray, fillOpacity, pane: "doubt", interactive: false };
  return L.circle(place, { ...style, radius });
}
