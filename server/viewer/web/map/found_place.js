// Shows one place that was searched for, or where the device is: its doubt as a circle, its words
// in a popup that takes the focus and gives it back.

import * as L from "./leaflet.js";
import { element } from "./dom.js";
import { look } from "./look.js";
import { placeLinks } from "./place_links.js";
import { CONTROLS, EDGE, PlacePopup } from "./place_popup.js";

const CLOSE = 17;
const WIDEST = 300;

// `show({latitude, longitude, radius}, [element, …], returnTo)`
export function foundPlaces(map) {
  const popup = new PlacePopup(map, WIDEST, {
    autoPanPaddingTopLeft: [EDGE, CONTROLS.top],
    autoPanPaddingBottomRight: [CONTROLS.right, EDGE],
  });
  const { color, width: weight, dash: dashArray, opacity: fillOpacity } = look.place;
  const style = { color, weight, dashArray, fillOpacity, pane: "doubt", interactive: false };
  let circle = null;
  popup.onClose(() => circle?.remove());

  return function show({ latitude, longitude, radius = 0 }, words, returnTo) {
    map.closePopup();
    const place = L.latLng(latitude, longitude);
    if (radius) {
      map.fitBounds(place.toBounds(2 * radius), { maxZoom: CLOSE, animate: false });
      circle = L.circle(place, { ...style, radius }).addTo(map);
    } else {
      map.setView(place, Math.max(CLOSE, map.getZoom()), { animate: false });
    }
    const content = element("div", { class: "popup", tabindex: "-1" }, ...words, placeLinks(place, map, radius));
    popup.show(place, content, () => returnTo?.focus());
    popup.focus();
  };
}
