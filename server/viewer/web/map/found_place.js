// Shows one place that was searched for, or where the device is: its doubt as a circle, its words in
// the card, which takes the focus and gives it back.

import * as L from "./leaflet.js";
import { wordsOf } from "./telling.js";

const CLOSE = 17;

// `show({latitude, longitude, radius}, [element, …], {returnTo, said})`: `returnTo` has the focus
// afterwards, `said` are cautions that the elements hold.
export function foundPlaces(map) {
  return function show({ latitude, longitude, radius = 0 }, tapped, { returnTo, said = [] }) {
    const place = L.latLng(latitude, longitude);
    const words = wordsOf(place, { radius, tapped, said, isDoubtSaid: true }, map);
    map.card.show(place, words, { radius, giveBack: () => returnTo.focus() });
    // Once the card has taken its room.
    if (radius) map.fitBounds(place.toBounds(2 * radius), { maxZoom: CLOSE, animate: false });
    else map.setView(place, Math.max(CLOSE, map.getZoom()), { animate: false });
    map.card.focus();
  };
}
