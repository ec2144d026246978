// A click, a tap, or Enter on the focused map opens what is there; Escape closes it.

import L from "leaflet";
import { inspect } from "./inspect.js";
import { describe } from "./popup.js";
import { element } from "./dom.js";

// CSS pixels around a finger or a pointer within which a symbol is meant.
const FINGER = 16;
const POINTER = 6;

export function openOnRequest(map, shownLayers) {
  const popup = L.popup({ className: "place-popup", maxWidth: 340, minWidth: 220 });
  const container = map.getContainer();

  map.on("click", ({ latlng, originalEvent }) => {
    const reach = originalEvent.pointerType === "touch" ? FINGER : POINTER;
    open(latlng, reach);
  });

  container.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== container) return;
    event.preventDefault();
    if (!open(map.getCenter(), FINGER)) show(map.getCenter(), emptyWords());
    popup.getElement().querySelector(".popup").focus();
  });

  markKeyboardUse(container);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && popup.isOpen()) map.closePopup(popup);
  });

  // The popup's elements may be gone, and the focus with them, when the map says that it closed.
  let isInside = false;
  document.addEventListener("focusin", ({ target }) => {
    isInside = popup.getElement()?.contains(target) ?? false;
  });
  map.on("popupclose", () => {
    if (isInside) container.focus();
  });

  function open(place, reach) {
    const findings = shownLayers().map((layer) => ({
      layer, finding: inspect(layer, map, place, reach),
    }));
    const words = describe(findings, map);
    if (!words) {
      map.closePopup(popup);
      return false;
    }
    show(symbolAt(findings) ?? place, words);
    return true;
  }

  function show(place, words) {
    popup.options.maxHeight = Math.max(160, map.getSize().y * 0.55);
    popup.setLatLng(place).setContent(words).openOn(map);
    const box = popup.getElement();
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-label", map.words.details);
    box.querySelector(".leaflet-popup-close-button").setAttribute("aria-label", map.words.close);
  }

  function emptyWords() {
    const text = shownLayers().length ? map.words.nothingHere : map.words.noLayers;
    return element("div", { class: "popup", tabindex: "-1" }, element("p", {}, text));
  }
}

// Leaflet focuses the map on every click: the crosshair is only for those who came by keyboard.
function markKeyboardUse(container) {
  const mark = (keyed) => () => container.classList.toggle("is-keyed", keyed);
  document.addEventListener("keydown", mark(true), { capture: true });
  document.addEventListener("pointerdown", mark(false), { capture: true });
}

// The popup points at the symbol, where one was meant.
function symbolAt(findings) {
  const points = findings.flatMap(({ finding }) => finding.hits.filter(({ kind }) => kind === "point"));
  return points.length ? L.latLng(points[0].place[1], points[0].place[0]) : null;
}
