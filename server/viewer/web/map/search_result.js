// What the popup says of a place that was chosen from the search's list.

import { element, fill } from "./dom.js";

// `words` are the search's own.
export function resultSection(hit, group, title, map, words) {
  const isSample = group.layer?.sample;
  const badge = isSample ? element("span", { class: "badge badge-sample" }, map.words.sample) : null;
  return element(
    "section",
    { class: "popup-section" },
    element("h2", {}, title, badge),
    isSample ? element("p", { class: "popup-sample" }, map.words.sampleMeaning) : null,
    isSample
      ? element("p", { class: "popup-line" }, map.words.sampleSilent)
      : element("div", { class: "popup-feature" }, element("h3", map.lang === "ja" ? {} : { lang: "ja" }, hit.name)),
    hit.doubt ? element("p", { class: "popup-notice" }, fill(words.doubt, { count: hit.doubt })) : null,
    ...(group.layer ? aboutLayer(group.layer.id, isSample, map) : []),
  );
}

// What must be read with every feature of the layer, and whose data it is.
function aboutLayer(id, isSample, map) {
  const { notice, credit } = layerOnMap(id, map)?.definition ?? {};
  return [
    notice && !isSample ? element("p", { class: "popup-notice" }, notice) : null,
    credit ? element("p", { class: "popup-small" }, `${credit.date} · ${fill(map.words.source, credit)}`) : null,
  ];
}

function layerOnMap(id, map) {
  let match = null;
  map.eachLayer((layer) => {
    if (layer.definition?.id === id) match = layer;
  });
  return match;
}

export function switchOn(layer) {
  const checkbox = document.querySelector(`input[data-layer="${CSS.escape(layer)}"]`);
  if (checkbox && !checkbox.checked) checkbox.click();
}
