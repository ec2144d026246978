// The features in view as a list of buttons: each opens what a click on the feature opens. A sample's
// are not listed: it speaks of no place.

import * as L from "./leaflet.js";
import { designationAnswers } from "./designated.js";
import { element, fill } from "./dom.js";
import { TILE_SIZE } from "./grid.js";
import { covers } from "./inspect.js";
import { nodesOf } from "./marks.js";
import { openingLabel } from "./openings.js";
import { inWords, nameInWords } from "./values.js";

const MOST = 20;
const PAUSE_MS = 200;
// Places that are looked at along each axis of an area to find one inside it.
const STEPS = 24;

// `open(layer, entry, giveBack)` opens a feature; `giveBack` returns the focus when it closes.
export function listsInView(layers, map, open) {
  for (const layer of layers) {
    const { id } = layer.definition;
    const details = document.querySelector(`[data-in-view="${id}"]`);
    const list = details.querySelector("ul");
    let due = null;
    const draw = () => {
      due = null;
      if (details.open) fillList(details, list, layer);
    };
    const schedule = () => (due ??= setTimeout(draw, PAUSE_MS));
    details.addEventListener("toggle", draw);
    layer.on("tilestate remove", schedule);
    map.on("moveend openings", schedule);
  }

  function fillList(details, list, layer) {
    const focusedKey = list.contains(document.activeElement) ? document.activeElement.dataset.feature : null;
    const entries = layer.definition.sample ? [] : featuresInView(layer, map);
    const more = entries.length - MOST;
    list.replaceChildren(
      ...entries.slice(0, MOST).map((entry) => element("li", {}, button(entry, layer, details))),
    );
    details.querySelector(".in-view-note").replaceChildren(...nodesOf(noteOf(layer, entries, more)));
    if (focusedKey !== null) focusOn(details, focusedKey);
  }

  // What the list does not hold is said: an empty list does not mean that nothing is there.
  function noteOf(layer, entries, more) {
    const { words } = map;
    const { loading, failed } = layer.states();
    if (layer.definition.sample) return words.sampleUnlisted;
    if (layer.isHidden(map.getZoom())) return words.zoomToSee;
    if (loading || failed) return words.notAllInView;
    if (more > 0) return fill(words.moreInView, { count: more });
    return entries.length ? "" : words.noneInView;
  }

  function button(entry, layer, details) {
    const opener = element(
      "button",
      { type: "button", class: "in-view-button", "data-feature": entry.key },
      ...namesOf(entry.shape, layer, map),
    );
    opener.addEventListener("click", () => open(layer, entry, () => focusOn(details, entry.key)));
    return opener;
  }
}

// The button of a feature, or where the list has lost it, the list's own switch.
function focusOn(details, key) {
  const button = [...details.querySelectorAll("button")].find(({ dataset }) => dataset.feature === key);
  (button ?? details.querySelector("summary")).focus();
}

// [{key, shape, place}, …], the nearest to the middle of the view first; each feature once.
function featuresInView(layer, map) {
  const zoom = map.getZoom();
  if (layer.isHidden(zoom)) return [];
  const view = map.getPixelBounds();
  const middle = view.getCenter();
  const nearest = new Map();
  for (const { coords, shapes, state } of layer.tiles.values()) {
    if (state !== "loaded" || coords.z !== zoom) continue;
    const corner = L.point(coords.x, coords.y).multiplyBy(TILE_SIZE);
    const tile = L.bounds(corner, corner.add([TILE_SIZE, TILE_SIZE]));
    for (const shape of shapes) {
      const box = meeting(meeting(boxOf(shape, corner), tile), view);
      if (!box) continue;
      const key = `${shape.kind} ${shape.feature.id ?? shape.place}`;
      const distance = middle.distanceTo(inside(middle, box));
      if (distance >= (nearest.get(key)?.distance ?? Infinity)) continue;
      nearest.set(key, { key, shape, distance, place: () => map.unproject(pixelOf(shape, box, corner), zoom) });
    }
  }
  return [...nearest.values()].sort((a, b) => a.distance - b.distance);
}

// In pixels of the map's world.
function boxOf(shape, corner) {
  if (shape.kind === "point" || shape.kind === "cluster") {
    const pixel = corner.add([shape.x, shape.y]);
    return L.bounds(pixel, pixel);
  }
  const { min, max } = shape.box;
  return L.bounds(corner.add(min), corner.add(max));
}

// What two boxes have in common; null when nothing.
function meeting(box, other) {
  if (!box?.intersects(other)) return null;
  const from = L.point(Math.max(box.min.x, other.min.x), Math.max(box.min.y, other.min.y));
  const to = L.point(Math.min(box.max.x, other.max.x), Math.min(box.max.y, other.max.y));
  return L.bounds(from, to);
}

function inside(pixel, { min, max }) {
  return L.point(
    Math.min(Math.max(pixel.x, min.x), max.x),
    Math.min(Math.max(pixel.y, min.y), max.y),
  );
}

// A pixel of the shape itself, the nearest to the middle of its box that is looked at.
function pixelOf(shape, box, corner) {
  const middle = box.getCenter();
  const step = box.getSize().divideBy(STEPS);
  let best = null;
  for (let row = 0; row <= STEPS; row += 1) {
    for (let column = 0; column <= STEPS; column += 1) {
      const pixel = box.min.add([column * step.x, row * step.y]);
      const { x, y } = pixel.subtract(corner);
      if (!covers(shape, x, y)) continue;
      if (!best || pixel.distanceTo(middle) < best.distanceTo(middle)) best = pixel;
    }
  }
  return best ?? middle;
}

// The feature's name and its class, in words.
function namesOf({ kind, feature }, layer, map) {
  const { definition } = layer;
  const { fields, label, style, title } = definition;
  const wordsOf = (field) =>
    field.id === label ? nameInWords(field, feature.properties, definition, map) : inWords(field, feature.properties[field.id], map);
  if (kind === "cluster") return [fill(map.words.places, { count: feature.properties.point_count })];
  const values = [...new Set([label, style.field])]
    .map((id) => fields.find((field) => field.id === id))
    .map((field) => field && wordsOf(field))
    .filter(Boolean);
  if (!values.length) return [title];
  const answers = designationAnswers(feature, definition, map);
  const opening = openingLabel(feature, definition, map);
  return [
    ...values.map(({ text, data }) =>
      element("span", { lang: data && !map.lang.startsWith("ja") ? "ja" : null }, text),
    ),
    ...answers.map((answer) => element("small", {}, answer.text)),
    opening ? element("small", { class: "opening-label" }, opening) : null,
  ].filter(Boolean);
}
