// From a place on the map to pages that take the place over.

import * as L from "./leaflet.js";
import { element } from "./dom.js";
import { hereLink } from "./here_link.js";

const DIGITS = 5;

// The place's coordinates, and what is known of it within `radius` metres; the request for a layer
// only where its form would take the place.
export function placeLinks(place, { here, requests, words }, radius = 0) {
  const position = { latitude: place.lat, longitude: place.lng };
  const link = (path, within, text) => element("a", { href: hereLink(path, { ...position, radius: within }) }, text);
  const links = [link(here, radius, words.knownHere)];
  if (L.latLngBounds(requests.extent).contains(place)) links.push(link(requests.form, 0, words.askHere));
  return element(
    "div",
    {},
    element("p", { class: "popup-place" }, `${place.lat.toFixed(DIGITS)}, ${place.lng.toFixed(DIGITS)}`),
    element("ul", { class: "popup-ways" }, ...links.map((anchor) => element("li", {}, anchor))),
  );
}
