// What the card tells of a place, from above to below: what was tapped, what is known of the place, what
// people ask for there, and what can be done with it.

import { PlaceAnswer } from "./answer.js";
import { placeActions } from "./card_actions.js";
import { element } from "./dom.js";
import { zoneSections } from "./tapped.js";

// The words, as an element. `tapped` are the sections of what was tapped or searched, `added` those of
// what is no layer of the city, `zones` what was found of hazard layers, `reported` the feature that an
// error can be told of, `said` cautions that `tapped` holds, and `isDoubtSaid` whether it says how far the
// place may be off.
export function wordsOf(
  place,
  { radius, tapped, added = [], zones = [], reported = null, said, isDoubtSaid = false },
  map,
) {
  const meanwhile = [...zoneSections(zones, map), reviewOf(map)].filter(Boolean);
  const { part } = new PlaceAnswer({ place, radius, zones, meanwhile, said, isDoubtSaid }, map);
  return element("div", {}, ...tapped, part, ...added, placeActions(place, map, radius, reported));
}

// That no person has read the words of a layer that is shown; null if one has.
function reviewOf(map) {
  let isUnreviewed = false;
  map.eachLayer(({ definition }) => (isUnreviewed ||= definition?.unreviewed ?? false));
  return isUnreviewed ? element("p", { class: "card-small" }, map.words.review) : null;
}
