// The place of a request, chosen in its form: a pin in step with the fields for latitude and longitude,
// or an area. A tap, the pin dragged, the map's middle, and a neighbourhood chosen from the list set the
// pin.

import * as L from "../map/leaflet.js";
import { fill } from "../map/dom.js";
import { AreaField } from "./area_field.js";
import { CLOSE, pinAt } from "./shapes.js";

const DIGITS = 5; // of degrees: a metre

export function choosePlace(map, root, config) {
  new PlaceChoice(map, root, config).listen();
}

class PlaceChoice {
  constructor(map, root, config) {
    this.map = map;
    this.root = root;
    this.words = config.words;
    this.limits = L.latLngBounds(config.limits);
    [this.latitude, this.longitude, this.town] = ["lat", "lon", "town"].map((id) => document.getElementById(id));
    this.pin = pinAt(map.getCenter(), { draggable: true });
    this.status = root.querySelector("[data-place-status]");
    this.area = new AreaField(map, root, config, {
      tell: (text) => this.tell(text),
      begin: () => this.pin.remove(),
      cancelled: () => this.showFields(),
      finished: () => this.forgetPoint(),
    });
    if (this.area.isEmpty()) this.showFields(CLOSE);
  }

  tell(text) {
    this.status.textContent = text;
  }

  listen() {
    const { map, pin, town } = this;
    const chooseMiddle = () => this.choose(map.getCenter());
    map.on("click", ({ latlng }) => this.choose(latlng));
    pin.on("dragend", () => this.choose(pin.getLatLng()));
    this.button("middle").addEventListener("click", chooseMiddle);
    this.button("clear").addEventListener("click", () => this.clear());
    map.getContainer().addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target !== map.getContainer()) return;
      event.preventDefault();
      if (this.area.isDrawing()) this.area.addCorner(map.getCenter());
      else chooseMiddle();
    });
    for (const field of [this.latitude, this.longitude]) {
      field.addEventListener("input", () => {
        this.area.remove();
        this.showFields(map.getZoom());
      });
    }
    town?.addEventListener("change", () => {
      const { lat, lon } = town.selectedOptions[0].dataset;
      if (lat === undefined) return;
      this.area.remove();
      this.write(L.latLng(lat, lon));
      this.showFields(CLOSE);
    });
  }

  button(name) {
    return this.root.querySelector(`[data-place=${name}]`);
  }

  // A place on the map goes into the fields, if the form would take it.
  choose(place) {
    if (this.area.isDrawing()) return;
    if (!this.area.isEmpty()) {
      this.tell(this.words.areaStays);
      return;
    }
    if (!this.limits.contains(place)) {
      this.showFields();
      this.tell(this.words.tooFar);
      return;
    }
    if (this.town) this.town.value = "";
    this.write(place);
    this.showFields();
  }

  clear() {
    this.area.remove();
    this.forgetPoint();
    this.tell(this.words.cleared);
  }

  forgetPoint() {
    this.latitude.value = this.longitude.value = "";
    if (this.town) this.town.value = "";
    this.pin.remove();
  }

  write({ lat, lng }) {
    this.latitude.value = lat.toFixed(DIGITS);
    this.longitude.value = lng.toFixed(DIGITS);
  }

  // The pin where the fields say; with a zoom the map goes there, too. Without a place there is none.
  showFields(zoom) {
    const { map, pin, latitude, longitude } = this;
    const place = placeIn(latitude.value, longitude.value);
    if (!place || !this.limits.contains(place)) {
      pin.remove();
      return;
    }
    pin.setLatLng(place).addTo(map);
    if (zoom !== undefined) map.setView(place, zoom, { animate: false });
    this.tell(fill(this.words.chosen, { lat: latitude.value, lon: longitude.value }));
  }
}

// As the form reads it: full-width digits are digits, too.
function placeIn(...texts) {
  const numbers = texts.map((text) => text.normalize("NFKC").replace("−", "-").trim());
  if (numbers.some((text) => !/^[+-]?\d{1,3}(\.\d+)?$/.test(text))) return null;
  return L.latLng(Number(numbers[0]), Number(numbers[1]));
}
