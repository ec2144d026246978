// Shows one place that was searched for, or where the device is: its doubt as a circle, its words
// in a popup that takes the focus and gives it back.

import * as L from "./leaflet.js";
import { element } from "./dom.js";
import { look } from "./look.js";
import { placeLinks } from "./place_links.js";

const CLOSE = 17;
const WIDEST = 300;
const CONTROLS = { top: 36, right: 60 };

// `show({latitude, longitude, radius}, [element, …], returnTo)`
export function foundPlaces(map) {
  const popup = L.popup({
    className: "place-popup",
    minWidth: 200,
    autoPanPaddingTopLeft: [5, CONTROLS.top],
    autoPanPaddingBottomRight: [CONTROLS.right, 5],
  });
  const { color, width: weight, dash: dashArray, opacity: fillOpacity } = look.place;
  const style = { color, weight, dashArray, fillOpacity, pane: "doubt", interactive: false };
  let circle = null;
  let back = null;
  let isInside = false;
  document.addEventListener("focusin", ({ target }) => {
    isInside = popup.getElement()?.contains(target) ?? false;
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape" && popup.isOpen()) map.closePopup(popup);
  });
  map.on("popupclose", ({ popup: closed }) => {
    if (closed !== popup) return;
    circle?.remove();
    if (isInside) back?.focus();
  });

  return function show({ latitude, longitude, radius = 0 }, words, returnTo) {
    map.closePopup();
    back = returnTo;
    const place = L.latLng(latitude, longitude);
    if (radius) {
      map.fitBounds(place.toBounds(2 * radius), { maxZoom: CLOSE, animate: false });
      circle = L.circle(place, { ...style, radius }).addTo(map);
    } else {
      map.setView(place, Math.max(CLOSE, map.getZoom()), { animate: false });
    }
    const content = element("div", { class: "popup", tabindex: "-1" }, ...words, placeLinks(place, map, radius));
    const { x: width, y: height } = map.getSize();
    popup.options.maxWidth = Math.min(WIDEST, width - CONTROLS.right - 40);
    popup.options.maxHeight = Math.max(160, height * 0.55);
    popup.setLatLng(place).setContent(content).openOn(map);
    const box = popup.getElement();
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-label", map.words.details);
    box.querySelector(".leaflet-popup-close-button").setAttribute("aria-label", map.words.close);
    content.focus();
  };
}
