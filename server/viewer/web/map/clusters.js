// Clusters: where a tile would hold a crowd of points, the server counts those of each cell of it.

import { fill } from "./dom.js";
import { TILE_SIZE, mapZoom } from "./grid.js";
import { look } from "./look.js";
import { paintPictogram } from "./pictograms.js";
import { inWords } from "./values.js";

// Zooms that a click on a cluster goes at once, unless all its points are shown before.
const STEP = 2;
const COUNT = "count:";
const COMPACT_FROM = 10000;

export const isCluster = ({ properties }) => properties.point_count !== undefined;

// Half the width of its circle in CSS pixels, without the halo.
export function clusterRadius({ properties }) {
  const { radius, growth, largest } = look.clusters;
  return Math.min(radius + growth * Math.log10(properties.point_count), largest);
}

// Where to draw it, in CSS pixels of the tile: near the middle of its points, but whole within its
// cell, so that no two clusters of a layer lie over each other, and where few of `obstacles`, the
// symbols [{x, y, radius}, …] that are drawn above it, hide its number.
export function clusterPlace([x, y], feature, obstacles) {
  const { halo, number } = look.clusters;
  const room = clusterRadius(feature) + halo;
  const [columns, rows] = [x, y].map((middle) => placesIn(middle, room));
  const cost = (column, row) => {
    const hiding = obstacles.filter(
      (other) => Math.hypot(other.x - column, other.y - row) < other.radius + number,
    );
    return Math.hypot(column - x, row - y) + hiding.length * cellSide();
  };
  const { column, row } = columns
    .flatMap((column) => rows.map((row) => ({ column, row, cost: cost(column, row) })))
    .reduce((best, place) => (place.cost < best.cost ? place : best));
  return { x: column, y: row };
}

const cellSide = () => TILE_SIZE / look.cells;

// Along one axis: the nearest place to the middle within the cell, and others at each stride.
function placesIn(middle, room) {
  const side = cellSide();
  const start = Math.floor(middle / side) * side + room;
  const end = start + side - 2 * room;
  const places = [Math.min(Math.max(middle, start), end)];
  for (let place = start; place <= end; place += look.clusters.stride) places.push(place);
  return places;
}

// `pale`: its places are not known to be designated; it has no sign.
export function paintCluster(context, { feature, look: style, x, y }, { hollow, lang, pale }) {
  const { halo, ring, opacity, ink, label } = look.clusters;
  const radius = clusterRadius(feature);
  const edge = pale ? style.pale : style.color;
  const isOpen = hollow || pale;
  const hasSign = !pale && Boolean(style.pictogram || style.glyph);
  const disc = (size, color) => {
    context.beginPath();
    context.arc(x, y, size, 0, 2 * Math.PI);
    context.fillStyle = color;
    context.fill();
  };
  context.save();
  context.globalAlpha = opacity;
  disc(radius + halo, edge);
  context.globalAlpha = 1;
  disc(radius, isOpen ? edge : "#fff");
  disc(radius - ring, isOpen ? "#fff" : edge);
  const { fontFamily } = getComputedStyle(document.body);
  context.textAlign = "center";
  context.textBaseline = "middle";
  if (hasSign) paintSign(context, style, { x, y, color: hollow ? style.color : style.ink });
  context.font = `700 ${label.size}px ${fontFamily}`;
  context.fillStyle = isOpen ? ink : style.ink;
  // In the middle of the circle, the font's box seems a pixel too high.
  context.fillText(shortCount(feature.properties.point_count, lang), x, y + (hasSign ? label.down : 1));
  context.restore();
}

function paintSign(context, style, { x, y, color }) {
  const { pictogram, glyph } = look.clusters;
  if (style.pictogram) {
    paintPictogram(context, style.pictogram, { x, y: y + pictogram.down, half: pictogram.size, color });
    return;
  }
  context.font = `700 ${glyph.size}px ${getComputedStyle(document.body).fontFamily}`;
  context.fillStyle = color;
  context.fillText(style.glyph, x, y + glyph.down);
}

const formats = new Map();

function shortCount(count, lang) {
  const notation = count < COMPACT_FROM ? "standard" : "compact";
  const key = `${lang} ${notation}`;
  if (!formats.has(key)) formats.set(key, new Intl.NumberFormat(lang, { notation, useGrouping: false }));
  return formats.get(key).format(count);
}

// The zoom of the map that shows more of the layer's clusters; null when it cannot be closer.
export function closerZoom({ definition }, map) {
  const zoom = map.getZoom();
  const closer = Math.min(zoom + STEP, mapZoom(definition.unclusteredFrom), map.getMaxZoom());
  return closer > zoom ? closer : null;
}

// Shows more of a cluster, and returns words for those who do not see it.
export function zoomInto(cluster, layer, map) {
  const { words, lang } = map;
  const { definition } = layer;
  const [longitude, latitude] = cluster.place;
  map.setView([latitude, longitude], closerZoom(layer, map));
  if (definition.sample) return fill(words.zoomedSample, definition);
  const values = { title: definition.title, count: cluster.feature.properties.point_count };
  const counts = classCounts(cluster.feature, definition, map).map((each) => fill(words.ofClass, each));
  if (!counts.length) return fill(words.zoomed, values);
  const classes = new Intl.ListFormat(lang).format(counts);
  return fill(words.zoomedClasses, { ...values, classes });
}

// [{label, count}, …], the most frequent first; empty when the layer has one class only.
export function classCounts({ properties }, { fields, style }, map) {
  const field = fields.find(({ id }) => id === style.field);
  return Object.entries(properties)
    .filter(([name]) => name.startsWith(COUNT))
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => {
      const value = inWords(field, classValue(name.slice(COUNT.length), field), map);
      return { label: value?.text ?? map.words.notStated, count };
    });
}

// The name holds a class's value as JSON writes it, a text without quotes; none without a value.
function classValue(text, { type }) {
  if (text === "") return undefined;
  if (type === "flag") return text === "true";
  return ["integer", "number"].includes(type) ? Number(text) : text;
}
