// A popup at a place on the map: a dialog that Escape closes, and that gives the focus back.

import * as L from "./leaflet.js";
import { plain } from "./marks.js";

// CSS pixels that the controls take at the map's top and right, which lie above every popup.
export const CONTROLS = { top: 36, right: 60 };
// CSS pixels between a popup and the map's edge.
export const EDGE = 5;
// What stands around the popup's words.
const FRAME = 40;

export class PlacePopup {
  // `widest` in CSS pixels, of the popup's words; `options` are Leaflet's.
  constructor(map, widest, options) {
    this.map = map;
    this.widest = widest;
    this.popup = L.popup({ className: "place-popup", minWidth: 200, ...options });
    this.giveBack = null;
    // The popup's elements may be gone, and the focus with them, when the map says that it closed.
    this.hasFocus = false;
    document.addEventListener("focusin", ({ target }) => {
      this.hasFocus = this.popup.getElement()?.contains(target) ?? false;
    });
    document.addEventListener("keydown", ({ key }) => {
      if (key === "Escape" && this.isOpen()) this.close();
    });
    this.onClose(() => {
      if (this.hasFocus) this.giveBack();
    });
  }

  onClose(closed) {
    this.map.on("popupclose", ({ popup }) => {
      if (popup === this.popup) closed();
    });
  }

  isOpen() {
    return this.popup.isOpen();
  }

  // Whether it is open with these words, and no others since.
  shows(words) {
    return this.isOpen() && this.popup.getContent() === words;
  }

  close() {
    this.map.closePopup(this.popup);
  }

  // `giveBack` focuses what had the focus before. Returns the popup's box.
  show(place, words, giveBack) {
    const { map, popup } = this;
    const { x: width, y: height } = map.getSize();
    this.giveBack = giveBack;
    popup.options.maxWidth = Math.min(this.widest, width - CONTROLS.right - FRAME);
    popup.options.maxHeight = Math.max(160, height * 0.55);
    popup.setLatLng(place).setContent(words).openOn(map);
    const box = popup.getElement();
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-label", plain(map.words.details));
    box.querySelector(".leaflet-popup-close-button").setAttribute("aria-label", plain(map.words.close));
    return box;
  }

  // Where it is open: what was asked for may have closed it.
  focus() {
    this.popup.getElement()?.querySelector(".popup").focus();
  }
}
