// Which places of a layer are nearest: the twin of `nearest` in layers/query/here.py.

import { placeAt } from "./layer_file.js";

// Of places designated by kind of disaster only those for `disaster`; those whose own position is not
// exact are not measured but counted.
export function nearest(layer, place, disaster, ellipsoid, count) {
  const valid = validFor(layer, disaster);
  const rough = new Set(layer.rough);
  const exact = [...layer.owner.keys()].filter((part) => {
    const feature = layer.owner[part];
    return valid(feature) && !rough.has(feature);
  });
  const near = ellipsoid.nearest(place, exact, (part) => placeAt(layer, part), count);
  return {
    places: near.map(({ index, metres, azimuth }) => {
      const [longitude, latitude] = placeAt(layer, index);
      return { feature: layer.owner[index], longitude, latitude, metres, azimuth };
    }),
    uncertain: layer.rough.filter(valid).length,
  };
}

function validFor(layer, disaster) {
  if (layer.valid === null) return () => true;
  const features = new Set(layer.valid[disaster] ?? []);
  return (feature) => features.has(feature);
}
