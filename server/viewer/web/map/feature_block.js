// One feature in the card: what it is called, and its values.

import { designationAnswers } from "./designated.js";
import { element } from "./dom.js";
import { openingLines } from "./openings.js";
import { inWords, nameInWords } from "./values.js";

// What is said of a feature, on the map and of one that was searched: its name, whether it is
// designated for what the map is about, whether it is open, and the other values of these `fields`; of one of several
// these on demand.
export function featureBlock({ id, properties }, definition, fields, map, isOne = true) {
  const name = definition.label && properties[definition.label];
  const label = definition.fields.find((field) => field.id === definition.label);
  const answers = designationAnswers({ properties }, definition, map);
  const told = [name ? definition.label : null, ...answers.map(({ flag }) => flag)];
  const others = fields.filter((field) => !told.includes(field.id));
  // Where the map is about some disasters, what the place is designated for beside them can wait.
  const flags = answers.length ? flagsOf(definition) : [];
  const listOf = (isFlag) =>
    valueList(others.filter(({ id }) => flags.includes(id) === isFlag), properties, definition, map);
  const values = listOf(false);
  const more = [isOne ? null : values, listOf(true)].filter(Boolean);
  const heading = name ? nameInWords(label, properties, definition, map) : null;
  return element(
    "div",
    { class: "card-feature" },
    heading ? element("h4", languageOf(heading, map), heading.text) : null,
    ...answers.map(({ text, isDesignated }) =>
      element("p", { class: isDesignated ? "card-designation" : "card-designation is-undesignated" }, text),
    ),
    openingLines({ id }, definition, map),
    isOne ? values : null,
    more.length ? onDemand(map.words.moreDetails, more) : null,
  );
}

const flagsOf = ({ designated, undesignated }) => [
  ...Object.values(designated ?? {}),
  ...Object.values(undesignated ?? {}),
];

// null where there is no value.
export function valueList(fields, properties, definition, map) {
  const rows = fields.flatMap((field) => valueRow(field, valueOf(field, properties, definition, map), map));
  return rows.length ? element("dl", {}, ...rows) : null;
}

export function onDemand(summary, content) {
  return element("details", { class: "card-more" }, element("summary", {}, summary), ...content);
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
