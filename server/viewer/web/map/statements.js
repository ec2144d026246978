// What /here says of a place, in the card: in the words of the answer itself.

import { geoLink } from "./card_actions.js";
import { element, fill } from "./dom.js";
import { onDemand, valueList } from "./feature_block.js";
import { houseFigure } from "./house_figure.js";
import { plain } from "./marks.js";
import { sectionTitle } from "./tapped.js";

// Puts statements into sections. A caution that several have is said once; `said` are those that the
// card holds already.
export class Statements {
  // `show(name, place, layer)` shows a place that a statement names on the map.
  constructor(map, said, show) {
    this.map = map;
    this.said = new Set(said);
    this.show = show;
  }

  // `tapped`: the zones of the layer that were tapped, as `inspect` has them, with the layer; it may be
  // undefined. The answer is from the source, and counts where their tiles say otherwise.
  hazard(statement, tapped) {
    const isInside = statement.state === "inside";
    const [worst, ...others] = statement.lines;
    const values = isInside && tapped ? this.valuesOf(statement, tapped) : [];
    return this.section(statement, statement.title, [
      isInside ? depthLine(statement.zones[0], worst) : null,
      element("p", {}, statement.text),
      ...this.cautions(statement),
      this.more(statement, [listOf(isInside ? others : statement.lines), ...values]),
    ]);
  }

  // What the tapped zones have beside their class and its name.
  valuesOf({ zones }, { layer, finding }) {
    const { definition } = layer;
    const told = [definition.label, definition.style.field];
    const originals = zones.map(({ original }) => plain(original));
    return finding.hits.map(({ feature: { properties } }) => {
      const fields = definition.fields.filter(
        ({ id }) => !told.includes(id) && !originals.includes(properties[id]),
      );
      return valueList(fields, properties, definition, this.map);
    });
  }

  // Places near the one asked about; `title` says what they are near for.
  places(statement, title) {
    const { lines, places, layer } = statement;
    const items = places.map((place, index) => element("li", {}, ...this.place(place, lines[index], layer)));
    return this.section(statement, title, [
      items.length ? element("ol", { class: "card-places" }, ...items) : null,
      ...lines.slice(places.length).map((line) => element("p", {}, line)),
      statement.text ? element("p", {}, statement.text) : null,
      ...this.cautions(statement),
      this.more(statement, []),
    ]);
  }

  place(place, line, layer) {
    const { words } = this.map;
    const { name, telephone } = place;
    const show = element("button", { type: "button", class: "card-place" }, line);
    show.addEventListener("click", () => this.show(name, [place.latitude, place.longitude], layer));
    const call = { href: `tel:${telephone}` };
    return [
      show,
      element("a", { href: geoLink(place) }, fill(words.openNamed, { name })),
      telephone ? element("a", call, fill(words.call, { name, number: telephone })) : null,
    ].filter(Boolean);
  }

  // One that another contains is said with it.
  cautions({ cautions }) {
    const isContained = (caution) => cautions.some((other) => other !== caution && other.includes(caution));
    const due = cautions.filter((caution) => !this.said.has(caution) && !isContained(caution));
    for (const caution of due) this.said.add(caution);
    return due.map((caution) => element("p", { class: "card-notice" }, caution));
  }

  // Rivers, scenario and source: on demand, where there is more than the source.
  more({ date, source }, content) {
    const { words } = this.map;
    const present = content.filter(Boolean);
    const dated = fill(words.asOf, { date });
    const credit = `${dated} · ${fill(words.source, { attribution: source })}`;
    const small = element("p", { class: "card-small" }, credit);
    return present.length ? onDemand(words.moreDetails, [...present, small]) : small;
  }

  section({ state }, title, content) {
    const { words } = this.map;
    const isSample = state === "sample";
    return element(
      "section",
      { class: "card-section" },
      sectionTitle(title, isSample, words),
      isSample ? element("p", { class: "card-sample" }, words.sampleMeaning) : null,
      ...content,
    );
  }
}

// The class, with its river, stands out from what it means.
function depthLine({ label, depth_m: depth }, text) {
  const end = text.indexOf(label) + label.length;
  const words = element("p", {}, element("strong", {}, text.slice(0, end)), text.slice(end));
  return element("div", { class: "card-depth" }, houseFigure(depth), words);
}

const listOf = (lines) =>
  lines.length ? element("ul", {}, ...lines.map((line) => element("li", {}, line))) : null;
