// A line on the map that says where its middle is, by the nearest names: close by, none of them may be
// in view.

import { nearNames } from "../answer/landmarks.js";
import { fill } from "./dom.js";
import { nodesOf } from "./marks.js";

const CLOSE = 15; // the zoom from which it is there
const PAUSE_MS = 120;

// `features` are those of the base map, and `rules` those of the names (server/texts/landmarks.py).
export function placeLine(map, features, rules) {
  const line = document.getElementById("place-line");
  let due = null;

  function show() {
    const { lat, lng } = map.getCenter();
    const names = map.getZoom() < CLOSE ? [] : nearNames(features, [lng, lat], rules);
    line.hidden = names.length === 0;
    const places = new Intl.ListFormat(map.lang, { style: "narrow", type: "conjunction" }).format(names);
    line.replaceChildren(...nodesOf(names.length ? fill(map.words.near, { places }) : ""));
  }

  map.on("moveend", () => {
    clearTimeout(due);
    due = setTimeout(show, PAUSE_MS);
  });
  show();
}
