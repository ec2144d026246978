// Names on the base map: which there are at a zoom, and where they stand; layers/pictures/names.py
// places them in the same way. Pixels are those of the map's world at the zoom.

import { look } from "./look.js";

// A name in the first of the languages that the data has it in: {text, lang}.
export function nameOf({ kind, name, names = {} }, tags) {
  const lang = tags.find((tag) => tag in names) ?? "ja";
  const text = lang === "ja" ? name : names[lang];
  const after = (kind === "station" && look.base.names.stations[lang]) || "";
  return { text: text.endsWith(after) ? text : text + after, lang };
}

// The labels of GeoJSON features at a zoom, those that matter more first: {kind, text, lang, places},
// where each of `places` is a middle that may be chosen. Of one line there are several labels.
export function labelsAt(features, zoom, tags, project) {
  const { names } = look.base;
  return Object.keys(names.kinds).flatMap((kind) => {
    if (zoom < names.kinds[kind].zoom) return [];
    const named = features.filter(({ properties }) => properties.kind === kind && properties.name);
    const towns = kind === "town" && zoom < names.zoom;
    return towns ? townLabels(named, tags, project) : named.flatMap((feature) => labelsOf(feature, tags, project));
  });
}

function labelsOf({ properties, geometry }, tags, project) {
  const { kind, at } = properties;
  const label = { kind, ...nameOf(properties, tags) };
  const { gap } = look.base.names.kinds[kind];
  const points = geometry.type === "Point" ? [geometry.coordinates] : at ? [at] : [];
  if (points.length) return points.map((point) => ({ ...label, places: around(project(point), label, gap) }));
  if (!geometry.type.endsWith("LineString")) return [];
  const lines = geometry.type === "LineString" ? [geometry.coordinates] : geometry.coordinates;
  return lines.flatMap((line) =>
    along(line.map(project), sizeOf(label)[0]).map((place) => ({ ...label, places: [place] })),
  );
}

// One label for each town, in the middle of its chōme.
function townLabels(features, tags, project) {
  const chome = new RegExp(look.base.names.chome);
  const towns = new Map();
  for (const { properties, geometry } of features) {
    const town = properties.name.replace(chome, "");
    const { text, lang } = nameOf(properties, tags);
    if (!towns.has(town)) towns.set(town, { text: text.replace(chome, ""), lang, pixels: [] });
    towns.get(town).pixels.push(project(geometry.coordinates));
  }
  return [...towns.values()].map(({ text, lang, pixels }) => {
    const label = { kind: "town", text, lang };
    return { ...label, places: around(middleOf(pixels), label, 0) };
  });
}

function middleOf(pixels) {
  return [0, 1].map((axis) => {
    const values = pixels.map((pixel) => pixel[axis]);
    return (Math.min(...values) + Math.max(...values)) / 2;
  });
}

// Where a name without a mark may stand, in its own widths and heights from the place, the best first.
const ASIDE = [[0, 0], [0, 0.8], [0, -0.8], [0.4, 0], [-0.4, 0], [0.4, 0.8], [-0.4, 0.8], [0.4, -0.8], [-0.4, -0.8]];

// On a place or, with a gap, around it: under it, above, right, left, and between these.
function around([x, y], label, gap) {
  const [width, height] = sizeOf(label);
  if (!gap) return ASIDE.map(([right, down]) => [x + right * width, y + down * height]);
  const [aside, down] = [gap / 2 + 3 + width / 2, gap * 0.8];
  return [
    [x, y + gap], [x, y - gap], [x + aside, y], [x - aside, y],
    [x + aside, y + down], [x - aside, y + down], [x + aside, y - down], [x - aside, y - down],
  ];
}

// Places along a line, in steps; none where it is shorter than the name.
function along(line, width) {
  const { step } = look.base.names;
  const lengths = line.slice(1).map(([x, y], index) => Math.hypot(x - line[index][0], y - line[index][1]));
  const whole = lengths.reduce((sum, length) => sum + length, 0);
  if (whole < width) return [];
  const places = [];
  let [next, done] = [Math.min(step, whole) / 2, 0];
  for (const [index, length] of lengths.entries()) {
    for (; length > 0 && next <= done + length; next += step) {
      const share = (next - done) / length;
      places.push([0, 1].map((axis) => line[index][axis] + share * (line[index + 1][axis] - line[index][axis])));
    }
    done += length;
  }
  return places;
}

// Width and height of a label.
export function sizeOf({ kind, text }) {
  const { kinds, narrow, wide_from: wide, height } = look.base.names;
  const { size } = kinds[kind];
  const characters = [...text].reduce((sum, character) => sum + (character.codePointAt(0) < wide ? narrow : 1), 0);
  return [characters * size, height * size];
}

// The labels that have room, with their `place`. None lies under one of `symbols`, boxes [left, top,
// right, bottom], but for what is found by its own mark there, a station.
export function placed(labels, symbols) {
  const [taken, covered] = [new Boxes(), new Boxes()];
  for (const box of symbols) covered.add(box);
  const byName = new Map();
  return labels.flatMap((label) => {
    const { again, gap } = look.base.names.kinds[label.kind];
    const key = `${label.kind} ${label.text}`;
    const others = byName.get(key) ?? [];
    const free = label.places.filter(
      (place) =>
        !taken.meets(boxOf(label, place)) &&
        others.every((other) => !again || Math.hypot(place[0] - other[0], place[1] - other[1]) >= again),
    );
    const clear = free.find((each) => !covered.meets(boxOf(label, each)));
    const place = clear ?? (gap > 0 ? free[0] : undefined);
    if (!place) return [];
    taken.add(boxOf(label, place));
    byName.set(key, [...others, place]);
    return [{ ...label, place }];
  });
}

export function boxOf(label, [x, y]) {
  const [width, height] = sizeOf(label);
  return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
}

// Boxes, found by the squares they lie in.
class Boxes {
  constructor() {
    this.squares = new Map();
  }

  add(box) {
    for (const key of keysOf(box)) this.squares.set(key, [...(this.squares.get(key) ?? []), box]);
  }

  meets(box) {
    return keysOf(box).some((key) => this.squares.get(key)?.some((other) => overlap(box, other)));
  }
}

const SQUARE = 128;

function keysOf([left, top, right, bottom]) {
  const keys = [];
  for (let x = Math.floor(left / SQUARE); x <= right / SQUARE; x += 1) {
    for (let y = Math.floor(top / SQUARE); y <= bottom / SQUARE; y += 1) keys.push(`${x} ${y}`);
  }
  return keys;
}

const overlap = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
