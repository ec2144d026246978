// The area in the request form: its buttons, and the hidden field that takes it along. What draws it is
// loaded when somebody draws.

import * as L from "../map/leaflet.js";
import { fill } from "../map/dom.js";
import { scriptAt } from "../map/script.js";
import { OUTLINE, FILL, areaOf, fitTo } from "./shapes.js";

const MOST_CORNERS = 200; // as layers/geometry/drawn_area.py

export class AreaField {
  // `on`: tell(text), begin(), cancelled() and finished().
  constructor(map, root, config, on) {
    this.map = map;
    this.root = root;
    this.config = config;
    this.limits = L.latLngBounds(config.limits);
    this.on = on;
    this.field = document.querySelector("[name=area]");
    this.shape = null;
    this.drawing = null;
    this.listen();
    if (!this.isEmpty()) this.show(JSON.parse(this.field.value).coordinates[0]);
  }

  isEmpty() {
    return this.field.value === "";
  }

  isDrawing() {
    return this.drawing !== null;
  }

  listen() {
    const press = (name, pressed) =>
      this.root.querySelector(`[data-area=${name}]`).addEventListener("click", pressed);
    press("draw", () => this.begin());
    press("corner", () => this.addCorner(this.map.getCenter()));
    press("undo", () => this.drawing.undo());
    press("finish", () => this.finish());
    press("cancel", () => {
      this.end();
      this.on.tell("");
      this.on.cancelled();
    });
    // What is drawn is not lost by sending the form before it is finished.
    this.field.form.addEventListener("submit", (event) => {
      if (this.isDrawing() && !this.finish()) event.preventDefault();
    });
  }

  async begin() {
    const { words, drawing } = this.config;
    this.on.tell(words.loading);
    try {
      if (!globalThis.bosaiDrawing) await scriptAt(drawing);
    } catch {
      this.on.tell(words.undrawable);
      return;
    }
    if (this.isDrawing()) return;
    this.remove();
    this.on.begin();
    const colors = { outline: OUTLINE, fill: FILL };
    this.drawing = globalThis.bosaiDrawing(this.map, L, colors, () => this.tellCorners(), () => this.finish());
    this.switchTo(true);
    this.on.tell(words.draw);
    this.map.getContainer().focus();
  }

  addCorner(place) {
    this.drawing.addCorner(place);
  }

  tellCorners() {
    const { words } = this.config;
    const { length } = this.drawing.corners();
    this.on.tell(length ? fill(words.corners, { count: length }) : words.draw);
  }

  // Whether what is drawn is an area, which then is in the field.
  finish() {
    const { words } = this.config;
    const corners = this.drawing.corners();
    const isFar = corners.some(([lon, lat]) => !this.limits.contains([lat, lon]));
    const fault =
      (corners.length < 3 && words.fewCorners) ||
      (corners.length > MOST_CORNERS && fill(words.manyCorners, { most: MOST_CORNERS })) ||
      (isFar && words.areaTooFar) ||
      (this.drawing.isCrossing() && words.crossing);
    if (fault) {
      this.on.tell(fault);
      this.map.getContainer().focus();
      return false;
    }
    const ring = [...corners, corners[0]];
    this.end();
    this.field.value = JSON.stringify({ type: "Polygon", coordinates: [ring] });
    this.on.finished();
    this.show(ring);
    return true;
  }

  end() {
    this.drawing.stop();
    this.drawing = null;
    this.switchTo(false);
    this.root.querySelector("[data-area=draw]").focus();
  }

  show(ring) {
    this.shape = areaOf(ring).addTo(this.map);
    fitTo(this.map, this.shape);
    this.on.tell(fill(this.config.words.drawn, { count: ring.length - 1 }));
  }

  remove() {
    if (this.isDrawing()) this.end();
    this.field.value = "";
    this.shape?.remove();
    this.shape = null;
  }

  // The buttons for drawing in the place of those that begin it.
  switchTo(isDrawing) {
    this.root.classList.toggle("is-drawing", isDrawing);
    for (const part of this.root.querySelectorAll("[data-when]")) {
      part.hidden = (part.dataset.when === "drawing") !== isDrawing;
    }
  }
}
