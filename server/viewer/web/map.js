// What the script that Folium renders calls.

import { bundledBase, onlineBase } from "./map/base.js";
import { cityMap } from "./map/city_map.js";
import { panel } from "./map/panel.js";
import { search } from "./map/search.js";
import { TileLayer } from "./map/tile_layer.js";
import { keep } from "./offline/keep.js";

// What nobody needs before the map is there: one task for all would be a long one.
const later = (start) => (...settings) => setTimeout(start, 0, ...settings);

globalThis.bosai = {
  cityMap,
  bundledBase,
  onlineBase,
  tileLayer: (definition) => new TileLayer(definition),
  panel,
  search: later(search),
  keep: later(keep),
};
