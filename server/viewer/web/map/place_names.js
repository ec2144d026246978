// Names of towns over the layers, as many as fit at the zoom. They are a picture, not a list.

import L from "leaflet";
import { element } from "./dom.js";

const CHARACTER = 12;
const HEIGHT = 18;
// Chōme of one town stand under the town's name until the map is this close.
const DETAIL_ZOOM = 15;
const CHOME = /[一二三四五六七八九十]+丁目$/;

export const PlaceNames = L.Layer.extend({
  options: { pane: "names" },

  initialize(features) {
    this.places = features.map((feature) => {
      const [longitude, latitude] = feature.geometry.coordinates;
      return { name: feature.properties.name, at: L.latLng(latitude, longitude) };
    });
  },

  onAdd(map) {
    this.box = element("div", { class: "place-names leaflet-zoom-hide", "aria-hidden": "true" });
    this.getPane().append(this.box);
    map.on("zoomend viewreset", this.draw, this);
    this.draw();
  },

  onRemove(map) {
    map.off("zoomend viewreset", this.draw, this);
    this.box.remove();
  },

  draw() {
    const taken = [];
    const shown = this._map.getZoom() >= DETAIL_ZOOM ? this.places : towns(this.places);
    this.box.replaceChildren(
      ...shown.flatMap(({ name, at }) => {
        const { x, y } = this._map.latLngToLayerPoint(at);
        const half = (name.length * CHARACTER) / 2;
        const box = [x - half, y - HEIGHT / 2, x + half, y + HEIGHT / 2];
        if (taken.some((other) => overlap(box, other))) return [];
        taken.push(box);
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
  for (const { name, at } of places) {
    const town = name.replace(CHOME, "");
    members.set(town, [...(members.get(town) ?? []), at]);
  }
  return [...members].map(([name, all]) => ({ name, at: L.latLngBounds(all).getCenter() }));
}

const overlap = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
