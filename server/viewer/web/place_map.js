// A small map in a page about a request: the form's, on which its place is chosen, or one that shows it.

import { choosePlace } from "./place/choose.js";
import { showPlace } from "./place/show.js";
import { smallMap } from "./place/small_map.js";

const root = document.querySelector("[data-place-map]");
const config = JSON.parse(root.dataset.placeMap);
const map = smallMap(root, config);
if (config.place) showPlace(map, config.place);
else choosePlace(map, root, config);
