// One card tells of one place: below the map, or beside it, so that nothing of the map is under it. A
// dialog that is not modal: Escape closes it, and it gives the focus back.

import * as L from "./leaflet.js";
import { backCloses } from "./back.js";
import { nodesOf } from "./marks.js";
import { aim, doubtCircle, pin } from "./pin.js";

// CSS pixels that the place keeps from the map's edges: room for its pin, and for the buttons; less of
// a map that is hardly wider.
const ROOM = { left: 24, top: 52, right: 64, bottom: 24 };
const MOST = 0.4; // of the map's width and height
const CLOSE = 17;
const DIGITS = 5;

export class PlaceCard {
  // The map fires `cardopen` and `cardclose`.
  constructor(map) {
    this.map = map;
    this.box = document.getElementById("place-card");
    this.heading = this.box.querySelector(".card-where");
    this.position = this.box.querySelector(".card-position");
    this.words = this.box.querySelector(".card-words");
    this.marks = L.layerGroup().addTo(map);
    this.aims = L.layerGroup().addTo(map);
    this.place = null;
    this.giveBack = null;
    this.opened = backCloses(() => this.close());
    this.box.querySelector(".card-close").addEventListener("click", () => this.close());
    document.addEventListener("keydown", (event) => {
      const isElsewhere = event.defaultPrevented || document.querySelector("dialog[open]");
      if (event.key === "Escape" && this.isOpen() && !isElsewhere) this.close();
    });
  }

  isOpen() {
    return this.place !== null;
  }

  // Whether it is open with these words, and no others since.
  shows(words) {
    return words.parentElement === this.words;
  }

  hasFocus() {
    return this.box.contains(document.activeElement);
  }

  // Shows `words`, an element, of `place` within `radius` metres. `giveBack` focuses what had the focus
  // before. At once: what glides is gone from under the finger before it is lifted.
  show(place, words, { radius = 0, giveBack = () => this.map.getContainer().focus() } = {}) {
    const hadFocus = this.hasFocus();
    if (this.isOpen()) this.leave();
    this.place = place;
    this.giveBack = giveBack;
    this.head(this.map.words.details);
    this.position.textContent = `${place.lat.toFixed(DIGITS)}, ${place.lng.toFixed(DIGITS)}`;
    this.words.replaceChildren(words);
    this.words.scrollTop = 0;
    this.box.hidden = false;
    this.map.makeRoom();
    this.marks.addLayer(pin(place));
    if (radius) this.marks.addLayer(doubtCircle(place, radius));
    this.map.panInside(place, { animate: false, ...this.room() });
    this.map.fire("cardopen");
    this.opened(true);
    if (hadFocus) this.focus();
  }

  // What the card is headed with, until it is of another place.
  head(text) {
    this.heading.replaceChildren(...nodesOf(text));
  }

  close() {
    if (!this.isOpen()) return;
    const hadFocus = this.hasFocus();
    this.leave();
    this.box.hidden = true;
    this.words.replaceChildren();
    this.map.makeRoom();
    this.opened(false);
    if (hadFocus) this.giveBack();
  }

  leave() {
    this.place = null;
    this.marks.clearLayers();
    this.aims.clearLayers();
    this.map.fire("cardclose");
  }

  focus() {
    this.words.focus();
  }

  room() {
    const { x, y } = this.map.getSize().multiplyBy(MOST);
    return {
      paddingTopLeft: [Math.min(ROOM.left, x), Math.min(ROOM.top, y)],
      paddingBottomRight: [Math.min(ROOM.right, x), Math.min(ROOM.bottom, y)],
    };
  }

  // Shows another place on the map together with the card's own.
  aimAt(place) {
    this.aims.clearLayers();
    this.aims.addLayer(aim(place, this.place));
    this.map.fitBounds([this.place, place], { animate: false, maxZoom: CLOSE, ...this.room() });
  }
}
