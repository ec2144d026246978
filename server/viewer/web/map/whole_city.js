// The button on the map that brings the whole city back into view.

import * as L from "./leaflet.js";
import { element } from "./dom.js";

export function wholeCityControl(map, extent) {
  const words = map.words.wholeCity;
  const button = element("button", { type: "button", class: "whole-city", "aria-label": words, title: words });
  button.innerHTML =
    '<svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" focusable="false" fill="none" stroke="currentColor" stroke-width="2.2"><path d="M3 9V3h6M15 3h6v6M21 15v6h-6M9 21H3v-6"/><path d="M12 7.5l4 4v5h-8v-5z"/></svg>';
  button.addEventListener("click", () => map.fitBounds(extent, { animate: false }));
  const control = L.control({ position: "topright" });
  control.onAdd = () => {
    const bar = element("div", { class: "leaflet-bar" }, button);
    L.DomEvent.disableClickPropagation(bar);
    return bar;
  };
  control.addTo(map);
}
