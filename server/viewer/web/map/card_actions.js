// What can be done with a place: pages that take it over, sharing it, and the way there on foot.

import * as L from "./leaflet.js";
import { element } from "./dom.js";
import { hereLink } from "./here_link.js";

// The request for a layer only where its form would take the place.
// `reported`: {layer, feature, revision} by id, of which an error can be told, or null.
export function placeActions(place, map, radius, reported) {
  const { here, requests, words } = map;
  const position = { latitude: place.lat, longitude: place.lng };
  const share = element("button", { type: "button", class: "button" }, words.share);
  share.addEventListener("click", () => map.share());
  const actions = [
    action(hereLink(here, { ...position, radius }), words.knownHere),
    share,
    action(geoLink(position), words.openPlace),
  ];
  if (L.latLngBounds(requests.extent).contains(place)) {
    actions.push(action(hereLink(requests.form, position), words.askHere));
    if (reported) actions.push(action(hereLink(requests.form, position, reported), words.reportError));
  }
  return element("ul", { class: "card-actions" }, ...actions.map((each) => element("li", {}, each)));
}

// The phone's map app opens it (RFC 5870; `q` is Android's way to mark the place).
export function geoLink({ latitude, longitude }) {
  return `geo:${latitude},${longitude}?q=${latitude},${longitude}`;
}

const action = (href, text) => element("a", { class: "button", href }, text);
