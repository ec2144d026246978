// The map itself: its first view, its controls, and what a click or Enter opens.

import * as L from "./leaflet.js";
import { setLook } from "./look.js";
import { plain } from "./marks.js";
import { PlaceCard } from "./card.js";
import { Openings } from "./openings.js";
import { readAddress } from "./permalink.js";
import { handOn } from "./share.js";
import { wholeCityControl } from "./whole_city.js";

// Panes from below to above, with those of the layers between (stacking.js); the card's pin lies above them all.
const PANES = { base: 250, border: 350, doubt: 410, names: 420 };
// How far the map can be moved beyond the city, in shares of its extent.
const ROOM = 1.5;

export function cityMap(id, { extent, minZoom, maxZoom, lang, words, look, here, requests, nameTags }) {
  setLook(look);
  const map = L.map(id, {
    minZoom,
    maxZoom,
    maxBounds: L.latLngBounds(extent).pad(ROOM),
    maxBoundsViscosity: 0.8,
    zoomControl: false,
    attributionControl: false,
    fadeAnimation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    zoomAnimation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
  });
  map.words = words;
  map.lang = lang;
  map.nameTags = nameTags;
  map.here = here;
  map.requests = requests;
  map.openings = new Openings();
  map.address = readAddress(location.search);
  for (const [name, height] of Object.entries(PANES)) {
    map.createPane(name).style.zIndex = height;
  }
  L.control.zoom({ position: "topright", zoomInTitle: plain(words.zoomIn), zoomOutTitle: plain(words.zoomOut) }).addTo(map);
  handOn(map);
  wholeCityControl(map, extent);
  L.control.scale({ position: "topleft", imperial: false }).addTo(map);
  L.control.attribution({ prefix: false, position: "bottomleft" }).addTo(map);
  // Before any layer is added: each would ask for the tiles of a view that is left at once.
  const { view } = map.address;
  map.isElsewhere = view !== null && !map.options.maxBounds.contains(view.center);
  if (view && !map.isElsewhere) map.setView(view.center, view.zoom);
  else map.fitBounds(extent);
  keepCentre(map);
  map.card = new PlaceCard(map);
  return map;
}

// The map changes its size with the panel and the notices. Each time its centre moves by a part of
// a pixel: `map.place` is the centre its reader chose, and does not drift.
function keepCentre(map) {
  let resizing = false;
  map.place = map.getCenter();
  map.on("moveend", () => {
    if (!resizing) map.place = map.getCenter();
  });
  const resize = (pan) => {
    resizing = true;
    map.invalidateSize({ animate: false, pan });
    resizing = false;
  };
  new ResizeObserver(() => resize(true)).observe(map.getContainer());
  // For the card, and when it goes: what is seen stays where it is.
  map.makeRoom = () => resize(false);
}
