// The map in the request form: a pin in step with the fields for latitude and longitude. A tap, the
// pin dragged, the map's middle, and a neighbourhood chosen from the list set it.

import * as L from "./map/leaflet.js";
import { bundledBase } from "./map/base.js";
import { fill } from "./map/dom.js";
import { setLook } from "./map/look.js";

const DIGITS = 5; // of degrees: a metre
const CLOSE = 16;
const PIN = 30; // CSS pixels

const root = document.querySelector("[data-place-map]");
const status = root.querySelector("[data-place-status]");
const [latitude, longitude, town] = ["lat", "lon", "town"].map((id) => document.getElementById(id));
const config = JSON.parse(root.dataset.placeMap);
const { words } = config;
const limits = L.latLngBounds(config.limits);
const tell = (text) => (status.textContent = text);

setLook(config.look);
const map = mapIn(root.querySelector(".place-map-canvas"));
const pin = L.marker(map.getCenter(), {
  draggable: true,
  keyboard: false, // by keyboard the middle of the map is chosen
  icon: L.divIcon({ className: "place-pin", iconSize: [PIN, PIN], iconAnchor: [PIN / 2, PIN] }),
});
bundledBase(config.base)
  .addTo(map)
  .catch(() => tell(words.unloaded));
showFields(CLOSE);
listen();

function mapIn(canvas) {
  const created = L.map(canvas, {
    minZoom: config.minZoom,
    maxZoom: config.maxZoom,
    maxBounds: limits.pad(0.2),
    zoomControl: false,
    scrollWheelZoom: false, // the wheel scrolls the form
    attributionControl: false,
    fadeAnimation: false,
    zoomAnimation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
  });
  created.nameTags = config.nameTags;
  for (const [name, height] of Object.entries({ base: 250, border: 350, names: 420 })) {
    created.createPane(name).style.zIndex = height;
  }
  L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(created);
  L.control.attribution({ prefix: false }).addTo(created);
  return created.fitBounds(config.extent);
}

function listen() {
  const button = (name) => root.querySelector(`[data-place=${name}]`);
  const chooseMiddle = () => choose(map.getCenter());
  map.on("click", ({ latlng }) => choose(latlng));
  pin.on("dragend", () => choose(pin.getLatLng()));
  button("middle").addEventListener("click", chooseMiddle);
  button("clear").addEventListener("click", clear);
  map.getContainer().addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== map.getContainer()) return;
    event.preventDefault();
    chooseMiddle();
  });
  for (const field of [latitude, longitude]) field.addEventListener("input", () => showFields(map.getZoom()));
  town?.addEventListener("change", () => {
    const { lat, lon } = town.selectedOptions[0].dataset;
    if (lat === undefined) return;
    write(L.latLng(lat, lon));
    showFields(CLOSE);
  });
}

// A place on the map goes into the fields, if the form would take it.
function choose(place) {
  if (!limits.contains(place)) {
    showFields();
    tell(words.tooFar);
    return;
  }
  if (town) town.value = "";
  write(place);
  showFields();
}

function clear() {
  latitude.value = longitude.value = "";
  if (town) town.value = "";
  pin.remove();
  tell(words.cleared);
}

function write({ lat, lng }) {
  latitude.value = lat.toFixed(DIGITS);
  longitude.value = lng.toFixed(DIGITS);
}

// The pin where the fields say; with a zoom the map goes there, too. Without a place there is none.
function showFields(zoom) {
  const place = placeIn(latitude.value, longitude.value);
  if (!place || !limits.contains(place)) {
    pin.remove();
    return;
  }
  pin.setLatLng(place).addTo(map);
  if (zoom !== undefined) map.setView(place, zoom, { animate: false });
  tell(fill(words.chosen, { lat: latitude.value, lon: longitude.value }));
}

// As the form reads it: full-width digits are digits, too.
function placeIn(...texts) {
  const numbers = texts.map((text) => text.normalize("NFKC").replace("−", "-").trim());
  if (numbers.some((text) => !/^[+-]?\d{1,3}(\.\d+)?$/.test(text))) return null;
  return L.latLng(Number(numbers[0]), Number(numbers[1]));
}
