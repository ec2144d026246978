// Which places of a layer are nearest: the twin of `nearest` in layers/query/here.py.

import { placeAt } from "./layer_file.js";

// Of places designated by kind of disaster only those for `disaster`; those whose own position is not
// exact are not measured but counted. `refuses` says of a feature whether it turns people away.
export function nearest(layer, place, disaster, { ellipsoid, count, refuses }) {
  const valid = validFor(layer, disaster);
  const rough = new Set(layer.rough);
  const exact = [...layer.owner.keys()].filter((part) => {
    const feature = layer.owner[part];
    return valid(feature) && !rough.has(feature);
  });
  const nearOf = (parts, most) =>
    ellipsoid.nearest(place, parts, (part) => placeAt(layer, part), most).map(({ index, metres, azimuth }) => {
      const [longitude, latitude] = placeAt(layer, index);
      return { feature: layer.owner[index], longitude, latitude, metres, azimuth };
    });
  const places = nearOf(exact, count);
  const isRefused = places.length > 0 && places.every(({ feature }) => refuses(feature));
  const others = isRefused ? exact.filter((part) => !refuses(layer.owner[part])) : [];
  const [further = null] = nearOf(others, 1);
  return { places, isRefused, further, uncertain: layer.rough.filter(valid).length };
}

function validFor(layer, disaster) {
  if (layer.valid === null) return () => true;
  const features = new Set(layer.valid[disaster] ?? []);
  return (feature) => features.has(feature);
}
