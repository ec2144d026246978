// From a place on the map to the form that asks for a layer, which takes the place over.

import L from "leaflet";
import { element } from "./dom.js";

const DIGITS = 5;

// null where the form would not take the place.
export function requestLink(place, { requests, words }) {
  if (!L.latLngBounds(requests.extent).contains(place)) return null;
  const address = new URL(requests.form, location.origin);
  address.searchParams.set("lat", place.lat.toFixed(DIGITS));
  address.searchParams.set("lon", place.lng.toFixed(DIGITS));
  const link = element("a", { href: address.pathname + address.search }, words.askHere);
  return element("p", { class: "popup-ask" }, link);
}
