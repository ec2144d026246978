// What a place lies near, by name: the twin of layers/query/landmarks.py.

import { radians } from "./radians.js";
import { OUT, placeInPolygon } from "./rings.js";

// `features` are those of the base map; `rules` are handed over with the words.
export function nearNames(features, [longitude, latitude], rules) {
  const { tags, stations, kinds, townReach, reach, metresPerDegree } = rules;
  const scale = [Math.cos(radians(latitude)) * metresPerDegree, metresPerDegree];
  const onPlane = ([x, y]) => [x * scale[0], y * scale[1]];
  const place = onPlane([longitude, latitude]);
  const named = ({ properties: { kind, name, names = {} } }) => nameOf(kind, name, names);

  const towns = measured(features.filter(({ properties }) => properties.kind === "town"));
  const town = first(towns, (a, b) => a.metres - b.metres);
  const things = features.filter(({ properties }) => properties.name && kinds.includes(properties.kind));
  const rank = ({ properties: { kind } }) => kinds.indexOf(kind);
  const thing = first(measured(things), (a, b) => millimetres(a) - millimetres(b) || rank(a) - rank(b));
  return [
    ...(town && town.metres <= townReach ? [named(town)] : []),
    ...(thing && thing.metres <= reach ? [named(thing)] : []),
  ];

  function measured(candidates) {
    return candidates.map(({ geometry, properties }) => {
      return { properties, metres: distance(geometry, place, onPlane) };
    });
  }

  function nameOf(kind, name, names) {
    const tag = tags.find((each) => each in names) ?? "ja";
    const text = tag === "ja" ? name : names[tag];
    const after = kind === "station" ? (stations[tag] ?? "") : "";
    return text.endsWith(after) ? text : text + after;
  }
}

const first = (candidates, order) => candidates.sort(order)[0];
const millimetres = ({ metres }) => Math.round(metres * 1000);

function distance({ type, coordinates }, place, onPlane) {
  const line = (places) => toLine(places.map(onPlane), place);
  const polygon = (rings) => {
    const isOut = placeInPolygon(place, rings.map((ring) => ring.map(onPlane))) === OUT;
    return isOut ? Math.min(...rings.map(line)) : 0;
  };
  switch (type) {
    case "Point":
      return line([coordinates]);
    case "MultiPoint":
      return Math.min(...coordinates.map((each) => line([each])));
    case "LineString":
      return line(coordinates);
    case "MultiLineString":
      return Math.min(...coordinates.map(line));
    case "Polygon":
      return polygon(coordinates);
    case "MultiPolygon":
      return Math.min(...coordinates.map(polygon));
    default:
      return Infinity;
  }
}

function toLine(places, place) {
  let least = toPlace(places[0], place);
  for (let at = 1; at < places.length; at++) {
    least = Math.min(least, toStretch(places[at - 1], places[at], place));
  }
  return least;
}

const toPlace = ([ax, ay], [x, y]) => Math.sqrt((x - ax) * (x - ax) + (y - ay) * (y - ay));

function toStretch(a, b, place) {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const squared = dx * dx + dy * dy;
  const share = squared ? ((place[0] - a[0]) * dx + (place[1] - a[1]) * dy) / squared : 0;
  if (share <= 0) return toPlace(a, place);
  if (share >= 1) return toPlace(b, place);
  const across = ((a[1] - place[1]) * dx - (a[0] - place[0]) * dy) / squared;
  return Math.abs(across) * Math.sqrt(squared);
}
