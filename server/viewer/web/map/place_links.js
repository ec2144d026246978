// From a place on the map to pages that take the place over.

import L from "leaflet";
import { element } from "./dom.js";

const DIGITS = 5;

// What is known of the place; the request for a layer only where its form would take the place.
export function placeLinks(place, { here, requests, words }) {
  const asked = L.latLngBounds(requests.extent).contains(place)
    ? [linkTo(requests.form, place, words.askHere)]
    : [];
  const links = [linkTo(here, place, words.knownHere), ...asked];
  return element("ul", { class: "popup-ways" }, ...links.map((link) => element("li", {}, link)));
}

function linkTo(path, place, words) {
  const address = new URL(path, location.origin);
  address.searchParams.set("lat", place.lat.toFixed(DIGITS));
  address.searchParams.set("lon", place.lng.toFixed(DIGITS));
  return element("a", { href: address.pathname + address.search }, words);
}
