// What the card says of a place that was chosen from the search's list.

import { element, fill } from "./dom.js";
import { featureBlock } from "./feature_block.js";
import { nameElement } from "./search_name.js";
import { sectionTitle } from "./tapped.js";

// `words` and `nameForms` are the search's own.
export function resultSection(hit, group, title, { map, words, nameForms }) {
  const definition = group.layer ? definitionOnMap(group.layer.id, map) : null;
  return element(
    "section",
    { class: "card-section" },
    sectionTitle(title, false, map.words),
    definition ? ofFeature(hit, group.layer, definition, map) : nameBlock(nameElement("h4", hit, group.kind, nameForms, map)),
    hit.doubt ? element("p", { class: "card-notice" }, fill(words.doubt, { count: hit.doubt })) : null,
    ...(definition ? aboutLayer(definition, map) : []),
  );
}

const nameBlock = (name) => element("div", { class: "card-feature" }, name);

// As a tap on it says it, of what the index holds: its name, and what it is designated for.
function ofFeature({ name, feature, flags, forms }, layer, definition, map) {
  const values = layer.flags.map((id, at) => [id, flags[at] ?? undefined]);
  const names = definition.nameForms.map(({ tag, field }) => [field, forms[tag]]);
  const properties = { [definition.label]: name, ...Object.fromEntries([...values, ...names]) };
  const fields = definition.fields.filter(({ id }) => layer.flags.includes(id));
  return featureBlock({ id: feature || undefined, properties }, definition, fields, map);
}

// What must be read with every feature of the layer, and whose data it is.
function aboutLayer({ notice, credit }, map) {
  return [
    notice ? element("p", { class: "card-notice" }, notice) : null,
    element("p", { class: "card-small" }, `${credit.date} · ${fill(map.words.source, credit)}`),
  ];
}

// The cautions that the section holds.
export function cautionsOf({ layer }, map) {
  const notice = layer && definitionOnMap(layer.id, map)?.notice;
  return notice ? [notice] : [];
}

function definitionOnMap(id, map) {
  let match = null;
  map.eachLayer((layer) => {
    if (layer.definition?.id === id) match = layer.definition;
  });
  return match;
}

export function switchOn(layer) {
  const checkbox = document.querySelector(`input[data-layer="${CSS.escape(layer)}"]`);
  if (checkbox && !checkbox.checked) checkbox.click();
}
