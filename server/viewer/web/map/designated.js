// Of layers whose places are designated by kind of disaster, only those for the disasters chosen.

import { isCluster } from "./clusters.js";
import { fill } from "./dom.js";
import { nodesOf } from "./marks.js";

// The disasters whose zones are among the layers shown, by their definitions; those `chosen` are left
// out: of places only those designated for them are shown at all.
export function disastersInView(definitions, chosen) {
  const disasters = definitions.map(({ hazard }) => hazard?.disaster).filter(Boolean);
  return [...new Set(disasters)].filter((each) => !chosen.includes(each));
}

// Of these disasters those that the feature is not designated for. A cluster stands for places of
// which some may not be.
export function undesignatedFor(feature, { undesignated }, disasters) {
  const partial = disasters.filter((each) => each in undesignated);
  if (isCluster(feature)) return partial;
  return partial.filter((each) => feature.properties[undesignated[each]] !== true);
}

// Whether a place is designated for each disaster that the map is about: [{flag, text, isDesignated}, …];
// none of other features, and where the map is about no disaster.
export function designationAnswers({ properties }, definition, { words, disasters, disasterNames }) {
  const { designated, undesignated, designation } = definition;
  if (!designated) return [];
  return disasters.map((disaster) => {
    const flag = undesignated[disaster] ?? designated[disaster];
    const value = properties[flag];
    const said = { true: designation.yes, false: designation.no }[value] ?? designation.missing;
    const text = fill(words.ofName, { name: disasterNames[disaster], said });
    return { flag, text, isDesignated: value === true };
  });
}

// `clear` is called when all places are asked for. Returns what shows the places for `disasters` and
// says so beside the map, in words that it returns; disasters that no place is designated for are
// named, and stand for none.
export function designatedOnly(layers, names, map, clear) {
  const { lang, words } = map;
  const gap = /^(ja|zh)/.test(lang) ? "" : " ";
  const notice = document.getElementById("map-designated");
  notice.querySelector("button").addEventListener("click", clear);

  return (disasters, shown) => {
    const definitions = shown.map(({ definition }) => definition);
    const inView = disastersInView(definitions, disasters);
    map.disasters = [...inView, ...disasters];
    answerFor(disasters.length ? disasters : inView);
    for (const layer of layers) {
      layer.showDesignated(disasters);
      layer.crossUndesignated(inView);
    }
    const filtered = shown.filter(({ definition }) => definition.designated);
    const isFiltered = disasters.length > 0 && filtered.length > 0;
    const notes = isFiltered ? filtered.flatMap((layer) => sentences(layer, disasters)) : [];
    notice.hidden = !isFiltered;
    const all = notes.join(gap);
    notice.querySelector("span").replaceChildren(...nodesOf(all));
    return all;
  };

  // What the card names the nearest places for.
  function answerFor(wanted) {
    const isChanged = String(wanted) !== String(map.answeredDisasters);
    map.answeredDisasters = wanted;
    if (isChanged) map.fire("disasters");
  }

  function sentences(layer, disasters) {
    const { title, designated } = layer.definition;
    const listed = (ids) => new Intl.ListFormat(lang).format(ids.map((id) => names[id]));
    const some = disasters.filter((each) => designated[each]);
    const none = disasters.filter((each) => !designated[each]);
    return [
      some.length ? fill(words.designatedOnly, { title, disasters: listed(some) }) : "",
      ...none.map((each) => fill(words.noneDesignated, { disasters: names[each] })),
      layer.isHidden(map.getZoom()) ? words.zoomToSee : "",
    ].filter(Boolean);
  }
}
