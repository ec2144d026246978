// How the place of a request is drawn: a pin, or an area.

import * as L from "../map/leaflet.js";

export const CLOSE = 16;
const PIN = 30; // CSS pixels
export const OUTLINE = "#16385c";
export const FILL = "#b3261e";

export function pinAt(place, options) {
  const icon = L.divIcon({ className: "place-pin", iconSize: [PIN, PIN], iconAnchor: [PIN / 2, PIN] });
  return L.marker(place, { keyboard: false, icon, ...options });
}

// `ring`: corners as GeoJSON has them, longitude first.
export function areaOf(ring) {
  const style = { color: OUTLINE, weight: 3, fillColor: FILL, fillOpacity: 0.3, interactive: false };
  return L.polygon(ring.map(([lon, lat]) => [lat, lon]), style);
}

export function fitTo(map, area) {
  map.fitBounds(area.getBounds(), { animate: false, maxZoom: CLOSE, padding: [20, 20] });
}
