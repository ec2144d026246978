// What the popup says of a place that was chosen from the search's list.

import { element, fill } from "./dom.js";
import { featureBlock } from "./popup.js";

// `words` are the search's own.
export function resultSection(hit, group, title, map, words) {
  const definition = group.layer ? definitionOnMap(group.layer.id, map) : null;
  return element(
    "section",
    { class: "popup-section" },
    element("h2", {}, title),
    definition ? ofFeature(hit, group.layer, definition, map) : nameBlock(hit, map),
    hit.doubt ? element("p", { class: "popup-notice" }, fill(words.doubt, { count: hit.doubt })) : null,
    ...(definition ? aboutLayer(definition, map) : []),
  );
}

const nameBlock = (hit, { lang }) =>
  element("div", { class: "popup-feature" }, element("h3", lang === "ja" ? {} : { lang: "ja" }, hit.name));

// As a tap on it says it, of what the index holds: its name, and what it is designated for.
function ofFeature({ name, flags }, layer, definition, map) {
  const values = layer.flags.map((id, at) => [id, flags[at] ?? undefined]);
  const properties = { [definition.label]: name, ...Object.fromEntries(values) };
  const fields = definition.fields.filter(({ id }) => layer.flags.includes(id));
  return featureBlock({ properties }, definition, fields, map);
}

// What must be read with every feature of the layer, and whose data it is.
function aboutLayer({ notice, credit, unreviewed }, map) {
  return [
    notice ? element("p", { class: "popup-notice" }, notice) : null,
    element("p", { class: "popup-small" }, `${credit.date} · ${fill(map.words.source, credit)}`),
    unreviewed ? element("p", { class: "popup-small" }, map.words.review) : null,
  ];
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
