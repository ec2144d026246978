// What is at a place, in words: a section for each layer that has something to say there.

import { classCounts, closerZoom } from "./clusters.js";
import { designationAnswers } from "./designated.js";
import { element, fill } from "./dom.js";
import { inWords } from "./values.js";

// `findings`: [{layer, finding}, …] in the order of the list. null when no layer says anything.
// `enlarge` is called with a cluster and its layer to show more of it.
export function describe(findings, map, enlarge) {
  const telling = findings.filter(({ finding }) => finding.hits.length > 0);
  const silent = findings.filter(
    ({ layer, finding }) => finding.hits.length === 0 && (layer.definition.hazard || finding.state !== "loaded"),
  );
  const sections = [
    ...telling.sort((a, b) => rank(a) - rank(b)).map(({ layer, finding }) => hitSection(layer, finding, map, enlarge)),
    ...silent.map(({ layer, finding }) => silentSection(layer.definition, finding, map)),
  ];
  const unreviewed = findings.some(({ layer }) => layer.definition.unreviewed);
  const review = unreviewed ? element("p", { class: "popup-small" }, map.words.review) : null;
  return sections.length ? element("div", { class: "popup", tabindex: "-1" }, ...sections, review) : null;
}

// Where to flee to comes first, then other places, then areas.
function rank({ layer, finding }) {
  if (layer.definition.designated) return 0;
  return finding.hits[0].kind === "polygon" ? 2 : 1;
}

function hitSection(layer, finding, map, enlarge) {
  const { definition } = layer;
  const { words } = map;
  if (definition.sample) return section(definition, map, sampleBlocks(layer, finding, map, enlarge));
  return section(definition, map, [
    ...finding.hits.map((hit) =>
      hit.kind === "cluster"
        ? clusterBlock(hit, layer, map, enlarge)
        : featureBlock(hit.feature, definition, definition.fields, map),
    ),
    finding.more ? element("p", {}, fill(words.more, { count: finding.more })) : null,
    definition.notice ? element("p", { class: "popup-notice" }, definition.notice) : null,
  ]);
}

// A sample never speaks of a place: no name, no value, no number. What it counts can be looked at.
function sampleBlocks(layer, finding, map, enlarge) {
  const clusters = finding.hits.filter(({ kind }) => kind === "cluster");
  return [line(map.words.sampleSilent), ...clusters.map((hit) => clusterBlock(hit, layer, map, enlarge))];
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
    element("p", { class: "popup-small" }, `${hazard.scenario} ${hazard.description}`),
  ]);
}

function section(definition, { words }, content) {
  const { credit, sample } = definition;
  const badge = sample ? element("span", { class: "badge badge-sample" }, words.sample) : null;
  return element(
    "section",
    { class: "popup-section" },
    element("h2", {}, element("span", {}, definition.title), badge),
    sample ? element("p", { class: "popup-sample" }, words.sampleMeaning) : null,
    ...content,
    element("p", { class: "popup-small" }, `${credit.date} · ${fill(words.source, credit)}`),
  );
}

function clusterBlock(cluster, layer, map, enlarge) {
  const { words } = map;
  const { feature } = cluster;
  const button = element("button", { type: "button", class: "button" }, words.enlarge);
  button.addEventListener("click", () => enlarge(cluster, layer));
  return element(
    "div",
    { class: "popup-feature" },
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
    element("h3", {}, fill(words.places, { count: feature.properties.point_count })),
    rows.length ? element("dl", {}, ...rows) : null,
  ];
}

// What is said of a feature, on the map and of one that was searched: its name, whether it is
// designated for what the map is about, and the other values of these `fields`.
export function featureBlock({ properties }, definition, fields, map) {
  const name = definition.label && properties[definition.label];
  const label = definition.fields.find((field) => field.id === definition.label);
  const answers = designationAnswers({ properties }, definition, map);
  const told = [name ? definition.label : null, ...answers.map(({ flag }) => flag)];
  const rows = fields
    .filter((field) => !told.includes(field.id))
    .flatMap((field) => valueRow(field, valueOf(field, properties, definition, map), map));
  const heading = name ? inWords(label, name, map) : null;
  return element(
    "div",
    { class: "popup-feature" },
    heading ? element("h3", languageOf(heading, map), heading.text) : null,
    ...answers.map(({ text, isDesignated }) =>
      element("p", { class: isDesignated ? "popup-answer" : "popup-answer is-undesignated" }, text),
    ),
    rows.length ? element("dl", {}, ...rows) : null,
  );
}

// A hazard zone of no stated class says so: a missing line could read as no danger.
function valueOf(field, properties, definition, map) {
  const value = inWords(field, properties[field.id], map);
  const ranked = definition.hazard && field.id === definition.style.field;
  return value ?? (ranked ? { text: map.words.unranked } : null);
}

function valueRow(field, value, map) {
  if (value === null) return [];
  return [
    element("dt", {}, field.title),
    element(
      "dd",
      languageOf(value, map),
      value.text,
      value.meaning ? element("small", {}, value.meaning) : null,
    ),
  ];
}

const languageOf = (value, { lang }) => (value.data && !lang.startsWith("ja") ? { lang: "ja" } : {});

const line = (text) => element("p", { class: "popup-line" }, text);
