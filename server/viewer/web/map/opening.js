// A click, a tap, or Enter on the focused map opens what is there, or zooms in where the symbol seen
// there is a cluster; Escape closes it.

import * as L from "./leaflet.js";
import { closerZoom, zoomInto } from "./clusters.js";
import { element } from "./dom.js";
import { inspect } from "./inspect.js";
import { keepOpened, openFromAddress } from "./opened.js";
import { placeLinks } from "./place_links.js";
import { CONTROLS, EDGE, PlacePopup } from "./place_popup.js";
import { describe } from "./popup.js";

// CSS pixels around a finger or a pointer within which a symbol is meant.
const FINGER = 16;
const POINTER = 6;
const WIDEST = 340;
const AGAIN = 200; // milliseconds from one look at what is loading to the next
// CSS pixels between a popup's box and the place it points at.
const TIP = 27;

// `announce` takes words for those who do not see the map move. Returns what opens a feature that was
// chosen elsewhere: its layer, {shape, place()} and what takes the focus back.
export function openOnRequest(map, shownLayers, announce) {
  const opening = new Opening(map, shownLayers, announce);
  openOnClick(map, opening);
  openOnEnter(map, opening);
  markKeyboardUse(map.getContainer());
  openFromAddress(map, shownLayers, (place) => opening.open(place, POINTER), announce);
  return (layer, feature, giveBack) => opening.openFeature(layer, feature, giveBack);
}

function openOnClick(map, opening) {
  // A click beside everything closes an open popup; without one, it says that nothing is there.
  let wasOpen = false;
  map.on("preclick", () => (wasOpen = opening.popup.isOpen()));
  map.on("click", ({ latlng, originalEvent }) => {
    // The second click of two means to zoom, at a place that the first may have moved.
    if (originalEvent.detail > 1) return;
    const reach = originalEvent.pointerType === "touch" ? FINGER : POINTER;
    if (!opening.open(latlng, reach) && !wasOpen) opening.showEmpty(latlng);
  });
}

function openOnEnter(map, opening) {
  const container = map.getContainer();
  container.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== container) return;
    event.preventDefault();
    if (!opening.open(map.getCenter(), FINGER)) opening.showEmpty(map.getCenter());
    opening.popup.focus();
  });
}

// Leaflet focuses the map on every click: the crosshair is only for those who came by keyboard.
function markKeyboardUse(container) {
  const mark = (keyed) => () => container.classList.toggle("is-keyed", keyed);
  document.addEventListener("keydown", mark(true), { capture: true });
  document.addEventListener("pointerdown", mark(false), { capture: true });
}

class Opening {
  constructor(map, shownLayers, announce) {
    this.map = map;
    this.shownLayers = shownLayers;
    this.announce = announce;
    this.popup = new PlacePopup(map, WIDEST, { autoPan: false });
    map.on("popupclose", () => keepOpened(null));
  }

  // False when there is nothing at the place.
  open(place, reach) {
    const findings = this.findingsAt(place, reach);
    // The first layer of the list lies above the others.
    const uppermost = findings.find(({ finding }) => finding.top !== null);
    if (uppermost?.finding.top.kind === "cluster" && closerZoom(uppermost.layer, this.map)) {
      this.enlarge(uppermost.finding.top, uppermost.layer);
      return true;
    }
    return this.tell(findings, place, reach);
  }

  openFeature(layer, { shape, place }, giveBack) {
    if (shape.kind === "cluster" && closerZoom(layer, this.map)) {
      this.enlarge(shape, layer);
      return;
    }
    const middle = place();
    const findings = this.findingsAt(middle, 0);
    const own = findings.find((each) => each.layer === layer).finding;
    if (!own.hits.some(({ feature }) => feature.id === shape.feature.id)) own.hits.unshift(shape);
    this.show(symbolAt([{ finding: { hits: [shape] } }]) ?? middle, this.describe(findings), giveBack);
    this.popup.focus();
  }

  tell(findings, place, reach) {
    const words = this.describe(findings);
    if (!words) {
      this.popup.close();
      return false;
    }
    this.show(symbolAt(findings) ?? place, words);
    keepOpened(findings);
    if (findings.some(isLoading)) setTimeout(() => this.tellAgain(words, place, reach), AGAIN);
    return true;
  }

  // What was loading there is told of once it has come, as long as the same popup is open.
  tellAgain(words, place, reach) {
    if (!this.popup.shows(words)) return;
    const findings = this.findingsAt(place, reach);
    if (findings.some(isLoading)) {
      setTimeout(() => this.tellAgain(words, place, reach), AGAIN);
      return;
    }
    const hadFocus = this.popup.hasFocus;
    if (!this.tell(findings, place, reach)) this.showEmpty(place);
    if (hadFocus) this.popup.focus();
  }

  enlarge(cluster, layer) {
    this.popup.close();
    this.announce(zoomInto(cluster, layer, this.map));
  }

  showEmpty(place) {
    const { words } = this.map;
    const text = this.shownLayers().length ? words.nothingHere : words.noLayers;
    this.show(place, element("div", { class: "popup", tabindex: "-1" }, element("p", {}, text)));
  }

  show(place, words, giveBack = () => this.map.getContainer().focus()) {
    words.append(placeLinks(place, this.map));
    bringIntoView(this.map, place, this.popup.show(place, words, giveBack));
  }

  describe(findings) {
    return describe(findings, this.map, (cluster, layer) => this.enlarge(cluster, layer));
  }

  findingsAt(place, reach) {
    return this.shownLayers().map((layer) => ({ layer, finding: inspect(layer, this.map, place, reach) }));
  }
}

const isLoading = ({ finding }) => finding.state === "loading";

// The popup points at the symbol, where one was meant.
function symbolAt(findings) {
  const points = findings.flatMap(({ finding }) => finding.hits.filter(({ place }) => place));
  return points.length ? L.latLng(points[0].place[1], points[0].place[0]) : null;
}

// At once: Leaflet's own way glides, and what is pressed meanwhile moves away under the pointer.
function bringIntoView(map, place, { offsetWidth: width, offsetHeight: height }) {
  map.panInside(place, {
    animate: false,
    paddingTopLeft: [width / 2 + EDGE, height + TIP + CONTROLS.top],
    paddingBottomRight: [width / 2 + CONTROLS.right, EDGE],
  });
}
