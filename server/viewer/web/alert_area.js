// The neighbourhoods of an alert on a small map: a dot for each, which checks and unchecks its box. The
// boxes say it all without it.

import { areaMap } from "./place/area_map.js";

const root = document.querySelector("[data-place-map]");
const config = JSON.parse(root.dataset.placeMap);
const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: config.style });
// The map measures itself by its styles.
link.addEventListener("load", () => {
  root.hidden = false;
  areaMap(root, config, [...document.querySelectorAll("input[data-at]")]);
});
document.head.append(link);
