// Names of towns over the layers, as many as fit at the zoom. They are a picture, not a list.

import * as L from "./leaflet.js";
import { element } from "./dom.js";
import { look } from "./look.js";

export const PlaceNames = L.Layer.extend({
  options: { pane: "names" },

  initialize(features) {
    this.places = features.map((feature) => {
      const [longitude, latitude] = feature.geometry.coordinates;
      return { name: feature.properties.name, at: L.latLng(latitude, longitude) };
    });
  },

  onAdd(map) {
    const { ink, character } = look.names;
    this.box = element("div", { class: "place-names leaflet-zoom-hide", "aria-hidden": "true" });
    Object.assign(this.box.style, { color: ink, fontSize: `${character}px` });
    this.getPane().append(this.box);
    map.on("zoomend viewreset", this.draw, this);
    this.draw();
  },

  onRemove(map) {
    map.off("zoomend viewreset", this.draw, this);
    this.box.remove();
  },

  draw() {
    const { character, height, zoom } = look.names;
    const boxes = [];
    const places = this._map.getZoom() >= zoom ? this.places : towns(this.places);
    this.box.replaceChildren(
      ...places.flatMap(({ name, at }) => {
        const { x, y } = this._map.latLngToLayerPoint(at);
        const half = (name.length * character) / 2;
        const box = [x - half, y - height / 2, x + half, y + height / 2];
        if (boxes.some((other) => overlap(box, other))) return [];
        boxes.push(box);
        const label = element("span", { lang: "ja" }, name);
        label.style.left = `${x}px`;
        label.style.top = `${y}px`;
        return [label];
      }),
    );
  },
});

// One place for each town, in the middle of its chōme.
function towns(places) {
  const members = new Map();
  const chome = new RegExp(look.names.chome);
  for (const { name, at } of places) {
    const town = name.replace(chome, "");
    members.set(town, [...(members.get(town) ?? []), at]);
  }
  return [...members].map(([name, all]) => ({ name, at: L.latLngBounds(all).getCenter() }));
}

const overlap = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
