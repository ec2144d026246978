// A map of boxes that stand for places: each box has its place as data-at="latitude longitude".

import * as L from "../map/leaflet.js";
import { smallMap } from "./small_map.js";

const USUAL = { radius: 7, weight: 2, color: "#16385c", fillColor: "#fff", fillOpacity: 0.9 };
const CHOSEN = { ...USUAL, fillColor: "#b3261e", color: "#fff", weight: 3 };

export function areaMap(root, config, boxes) {
  const map = smallMap(root, config);
  for (const box of boxes) {
    const dot = L.circleMarker(box.dataset.at.split(" ").map(Number), USUAL).addTo(map);
    dot.bindTooltip(box.closest("label").textContent.trim());
    const show = () => dot.setStyle(box.checked ? CHOSEN : USUAL);
    dot.on("click", () => {
      box.checked = !box.checked;
      box.dispatchEvent(new Event("change", { bubbles: true }));
    });
    box.addEventListener("change", show);
    show();
  }
}
