// The place of a request as its page shows it.

import { CLOSE, areaOf, fitTo, pinAt } from "./shapes.js";

// `area` is a ring, or null for a point.
export function showPlace(map, { at, area }) {
  if (!area) {
    pinAt(at, { interactive: false }).addTo(map);
    map.setView(at, CLOSE, { animate: false });
    return;
  }
  fitTo(map, areaOf(area).addTo(map));
}
