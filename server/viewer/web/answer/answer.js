// What is known of a place, from what a device keeps: the twin of `answer_for` in
// server/pages/here.py, with the same words and numbers. Words have their marks still (map/marks.js).

import { Area } from "./area.js";
import { Ellipsoid } from "./geodesic.js";
import { hazardsAt } from "./hazards.js";
import { nearNames } from "./landmarks.js";
import { nearest } from "./places.js";
import { silence, Statements } from "./statements.js";

// `place` is {longitude, latitude, radius}, `disaster` one of words.disasters or null. `words` are those
// of a language, `base` the features of the base map, and `layers` by id what was read of each layer.
export function answerFor({ words, base, layers, openings }, { longitude, latitude, radius }, disaster) {
  const at = [longitude, latitude];
  const ellipsoid = new Ellipsoid(words.rules.ellipsoid);
  const corners = radius ? ellipsoid.around(at, radius, words.rules.corners) : [];
  const area = new Area(at, corners);
  const statements = new Statements(words, openings);
  const inCity = base.some((feature) => isBoundaryAround(feature, at));
  return {
    latitude,
    longitude,
    radius_m: radius,
    in_city: inCity,
    near: inCity ? statements.near(nearNames(base, at, words.landmarks)) : "",
    notes: statements.notes(radius, inCity),
    review: words.review,
    hazard: disaster,
    hazards: ofPart("hazards"),
    sites: ofPart("sites"),
    facilities: ofPart("facilities"),
    disasters: words.disasters,
  };

  function ofPart(part) {
    return words.layers.filter((layer) => layer.part === part).map(statementOf);
  }

  function statementOf(layer) {
    if (layer.silent) return silence(layer);
    const read = layers[layer.layer];
    if (layer.part === "hazards") return statements.ofHazard(layer, hazardsAt(read, area));
    const refuses = (feature) => statements.isRefusing(layer, read.layer.id[feature]);
    const near = nearest(read.layer, at, disaster, { ellipsoid, count: words.rules.nearest, refuses });
    return statements.ofNearest(layer, read.layer, disaster, near);
  }
}

function isBoundaryAround({ properties, geometry }, place) {
  if (properties.kind !== "boundary") return false;
  const area = new Area(place, []);
  return polygonsOf(geometry).some((polygon) => area.isCoveredBy(polygon));
}

export function polygonsOf({ type, coordinates }) {
  return type === "Polygon" ? [coordinates] : coordinates;
}
