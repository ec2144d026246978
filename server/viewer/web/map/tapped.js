// What the layers shown have at a place, in words, without asking anybody: a section for each layer
// that has something to say there.

import { classCounts, closerZoom } from "./clusters.js";
import { element, fill } from "./dom.js";
import { featureBlock } from "./feature_block.js";

// Of `findings`, [{layer, finding}, …] in the order of the list, those that are places and other
// things. `enlarge` is called with a cluster and its layer to show more of it.
export function placeSections(findings, map, enlarge) {
  const telling = findings.filter(({ finding }) => finding.hits.length > 0).sort((a, b) => rank(a) - rank(b));
  const silent = findings.filter(({ finding }) => finding.hits.length === 0 && finding.state !== "loaded");
  const count = telling.reduce((sum, { layer, finding }) => sum + countOf(layer, finding), 0);
  const told = { map, enlarge, isOne: count < 2 };
  return [
    count > 1 ? element("p", { class: "card-count" }, fill(map.words.places, { count })) : null,
    ...telling.map(({ layer, finding }) => hitSection(layer, finding, told)),
    ...silent.map(({ layer, finding }) => silentSection(layer.definition, finding, map)),
  ].filter(Boolean);
}

// And those of hazard zones: what their tiles say until the service answers from the source.
export function zoneSections(findings, map) {
  return findings.map(({ layer, finding }) =>
    finding.hits.length
      ? hitSection(layer, finding, { map, isOne: true })
      : silentSection(layer.definition, finding, map),
  );
}

// Where to flee to comes first, then other places, then areas.
function rank({ layer, finding }) {
  if (layer.definition.designated) return 0;
  return finding.hits[0].kind === "polygon" ? 2 : 1;
}

// The single places that may be spoken of.
function countOf({ definition }, { hits, more }) {
  return definition.sample ? 0 : hits.filter(({ kind }) => kind === "point").length + more;
}

function hitSection(layer, finding, told) {
  const { definition } = layer;
  const { words } = told.map;
  if (definition.sample) return section(definition, told.map, sampleBlocks(layer, finding, told));
  return section(definition, told.map, [
    ...finding.hits.map((hit) =>
      hit.kind === "cluster"
        ? clusterBlock(hit, layer, told)
        : featureBlock(hit.feature, definition, definition.fields, told.map, told.isOne),
    ),
    finding.more ? element("p", {}, fill(words.more, { count: finding.more })) : null,
    definition.notice ? element("p", { class: "card-notice" }, definition.notice) : null,
  ]);
}

// A sample never speaks of a place: no name, no value, no number. What it counts can be looked at.
function sampleBlocks(layer, finding, told) {
  const clusters = finding.hits.filter(({ kind }) => kind === "cluster");
  return [line(told.map.words.sampleSilent), ...clusters.map((hit) => clusterBlock(hit, layer, told))];
}

// A layer that has nothing at the place says why, and never that the place is safe.
function silentSection(definition, finding, map) {
  const { words } = map;
  const { hazard, sample } = definition;
  if (finding.state === "loading") return section(definition, map, [line(words.loadingHere)]);
  if (finding.state === "failed") return section(definition, map, [line(words.notLoadedHere)]);
  if (finding.state === "hidden") return section(definition, map, [line(words.notAtThisZoom)]);
  if (sample) return section(definition, map, [line(words.sampleSilent)]);
  return section(definition, map, [
    line(finding.surveyed ? hazard.outside : hazard.unknown),
    element("p", { class: "card-small" }, `${hazard.scenario} ${hazard.description}`),
  ]);
}

function section(definition, { words }, content) {
  const { credit, sample, title } = definition;
  return element(
    "section",
    { class: "card-section" },
    sectionTitle(title, sample, words),
    sample ? element("p", { class: "card-sample" }, words.sampleMeaning) : null,
    ...content,
    element("p", { class: "card-small" }, `${credit.date} · ${fill(words.source, credit)}`),
  );
}

export function sectionTitle(title, isSample, words) {
  const badge = isSample ? element("span", { class: "badge badge-sample" }, words.sample) : null;
  return element("h3", {}, element("span", {}, title), badge);
}

function clusterBlock(cluster, layer, { map, enlarge }) {
  const { words } = map;
  const { feature } = cluster;
  const button = element("button", { type: "button", class: "button" }, words.enlarge);
  button.addEventListener("click", () => enlarge(cluster, layer));
  return element(
    "div",
    { class: "card-feature" },
    ...(layer.definition.sample ? [] : clusterWords(feature, layer.definition, map)),
    closerZoom(layer, map) === null ? null : button,
  );
}

function clusterWords(feature, definition, map) {
  const { words } = map;
  const rows = classCounts(feature, definition, map).flatMap(({ label, count }) => [
    element("dt", {}, label),
    element("dd", {}, fill(words.places, { count })),
  ]);
  return [
    element("h4", {}, fill(words.places, { count: feature.properties.point_count })),
    rows.length ? element("dl", {}, ...rows) : null,
  ];
}

const line = (text) => element("p", { class: "card-line" }, text);
