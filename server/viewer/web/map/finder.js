// Finds places in the index that the service made: the same results as its page /search, by the
// same rules, which come with the index. See layers/query/search/find.py.

import { coordinatesIn } from "./finder_coordinates.js";
import { best, rank } from "./finder_rank.js";
import { spelling } from "./finder_spelling.js";
import { townFinder } from "./finder_towns.js";

export function finder(index) {
  const { rules, layers } = index;
  const { key } = spelling(rules);
  const townsOf = townFinder(index);
  const layerKeys = layers.map((layer) => layer.names.map(([name]) => key(name)));

  // [{kind, layer, hits: [{name, longitude, latitude, doubt, feature, flags}], more}]
  return function find(query) {
    const words = query.normalize("NFKC").split(/\s+/u).filter(Boolean).map(key);
    if (!words.length) return [];
    return [
      { kind: "coordinates", layer: null, hits: coordinatesIn(query, rules), more: 0 },
      bounded("town", null, townsOf(query)),
      ...layers.map((layer, at) => bounded("layer", layer, namesOf(layer, layerKeys[at], words))),
    ].filter(({ hits }) => hits.length);
  };

  function bounded(kind, layer, hits) {
    return { kind, layer, hits: hits.slice(0, rules.most), more: Math.max(0, hits.length - rules.most) };
  }

  function namesOf(layer, keys, words) {
    return best(layer.names, (_, at) => rank(keys[at], words)).map(
      ([name, longitude, latitude, feature, doubt = 0, flags = []]) => {
        return { name, longitude, latitude, doubt, feature, flags };
      },
    );
  }
}
