// A click, a tap, or Enter on the focused map opens what is there, or zooms in where the symbol seen
// there is a cluster; Escape closes it.

import * as L from "./leaflet.js";
import { closerZoom, zoomInto } from "./clusters.js";
import { element } from "./dom.js";
import { inspect } from "./inspect.js";
import { plain } from "./marks.js";
import { keepOpened, openFromAddress } from "./opened.js";
import { placeLinks } from "./place_links.js";
import { describe } from "./popup.js";

// CSS pixels around a finger or a pointer within which a symbol is meant.
const FINGER = 16;
const POINTER = 6;
// CSS pixels that the controls take at the map's top and right, which lie above every popup.
const CONTROLS = { top: 36, right: 60 };
// The widest popup's words, and what stands around them.
const WIDEST = 340;
const FRAME = 40;
const AGAIN = 200; // milliseconds from one look at what is loading to the next
// CSS pixels between a popup and the map's edge, and between its box and the place it points at.
const EDGE = 5;
const TIP = 27;

// `announce` takes words for those who do not see the map move. Returns what opens a feature that was
// chosen elsewhere: its layer, {shape, place()} and what takes the focus back.
export function openOnRequest(map, shownLayers, announce) {
  const popup = L.popup({
    className: "place-popup",
    minWidth: 200,
    autoPan: false,
  });
  const container = map.getContainer();

  // A click beside everything closes an open popup; without one, it says that nothing is there.
  let wasOpen = false;
  map.on("preclick", () => (wasOpen = popup.isOpen()));
  map.on("click", ({ latlng, originalEvent }) => {
    // The second click of two means to zoom, at a place that the first may have moved.
    if (originalEvent.detail > 1) return;
    const reach = originalEvent.pointerType === "touch" ? FINGER : POINTER;
    if (!open(latlng, reach) && !wasOpen) show(latlng, emptyWords());
  });

  container.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== container) return;
    event.preventDefault();
    if (!open(map.getCenter(), FINGER)) show(map.getCenter(), emptyWords());
    popup.getElement()?.querySelector(".popup").focus();
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
  let giveBack = null;
  map.on("popupclose", () => {
    keepOpened(null);
    if (isInside) (giveBack ?? (() => container.focus()))();
    giveBack = null;
  });

  openFromAddress(map, shownLayers, (place) => open(place, POINTER), announce);

  return (layer, { shape, place }, back) => {
    if (shape.kind === "cluster" && closerZoom(layer, map)) {
      enlarge(shape, layer);
      return;
    }
    const there = place();
    const findings = findingsAt(there, 0);
    const own = findings.find((each) => each.layer === layer).finding;
    if (!own.hits.some(({ feature }) => feature.id === shape.feature.id)) own.hits.unshift(shape);
    show(symbolAt([{ finding: { hits: [shape] } }]) ?? there, describe(findings, map, enlarge));
    giveBack = back;
    popup.getElement().querySelector(".popup").focus();
  };

  function findingsAt(place, reach) {
    return shownLayers().map((layer) => ({ layer, finding: inspect(layer, map, place, reach) }));
  }

  // False when there is nothing at the place.
  function open(place, reach) {
    const findings = findingsAt(place, reach);
    // The first layer of the list lies above the others.
    const uppermost = findings.find(({ finding }) => finding.top !== null);
    if (uppermost?.finding.top.kind === "cluster" && closerZoom(uppermost.layer, map)) {
      enlarge(uppermost.finding.top, uppermost.layer);
      return true;
    }
    return tell(findings, place, reach);
  }

  function tell(findings, place, reach) {
    const words = describe(findings, map, enlarge);
    if (!words) {
      map.closePopup(popup);
      return false;
    }
    show(symbolAt(findings) ?? place, words);
    keepOpened(findings);
    if (findings.some(isLoading)) setTimeout(() => tellAgain(words, place, reach), AGAIN);
    return true;
  }

  // What was loading there is told of once it has come, as long as the same popup is open.
  function tellAgain(words, place, reach) {
    if (!popup.isOpen() || popup.getContent() !== words) return;
    const findings = findingsAt(place, reach);
    if (findings.some(isLoading)) {
      setTimeout(() => tellAgain(words, place, reach), AGAIN);
      return;
    }
    const hadFocus = isInside;
    if (!tell(findings, place, reach)) show(place, emptyWords());
    if (hadFocus) popup.getElement().querySelector(".popup").focus();
  }

  function enlarge(cluster, layer) {
    map.closePopup(popup);
    announce(zoomInto(cluster, layer, map));
  }

  function show(place, words) {
    giveBack = null;
    words.append(placeLinks(place, map));
    const { x: width, y: height } = map.getSize();
    popup.options.maxWidth = Math.min(WIDEST, width - CONTROLS.right - FRAME);
    popup.options.maxHeight = Math.max(160, height * 0.55);
    popup.setLatLng(place).setContent(words).openOn(map);
    const box = popup.getElement();
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-label", plain(map.words.details));
    box.querySelector(".leaflet-popup-close-button").setAttribute("aria-label", plain(map.words.close));
    bringIntoView(place, box);
  }

  // At once: Leaflet's own way glides, and what is pressed meanwhile moves away under the pointer.
  function bringIntoView(place, { offsetWidth: width, offsetHeight: height }) {
    map.panInside(place, {
      animate: false,
      paddingTopLeft: [width / 2 + EDGE, height + TIP + CONTROLS.top],
      paddingBottomRight: [width / 2 + CONTROLS.right, EDGE],
    });
  }

  function emptyWords() {
    const text = shownLayers().length ? map.words.nothingHere : map.words.noLayers;
    return element("div", { class: "popup", tabindex: "-1" }, element("p", {}, text));
  }
}

const isLoading = ({ finding }) => finding.state === "loading";

// Leaflet focuses the map on every click: the crosshair is only for those who came by keyboard.
function markKeyboardUse(container) {
  const mark = (keyed) => () => container.classList.toggle("is-keyed", keyed);
  document.addEventListener("keydown", mark(true), { capture: true });
  document.addEventListener("pointerdown", mark(false), { capture: true });
}

// The popup points at the symbol, where one was meant.
function symbolAt(findings) {
  const points = findings.flatMap(({ finding }) => finding.hits.filter(({ place }) => place));
  return points.length ? L.latLng(points[0].place[1], points[0].place[0]) : null;
}
