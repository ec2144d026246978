// Of layers whose places are designated by kind of disaster, only those for the disasters chosen.

import { fill } from "./dom.js";
import { nodesOf } from "./marks.js";

// `clear` is called when all places are asked for. Returns what shows the places for `disasters` and
// says so beside the map, in words that it returns; disasters that no place is designated for are
// named, and stand for none.
export function designatedOnly(layers, names, map, clear) {
  const { lang, words } = map;
  const gap = /^(ja|zh)/.test(lang) ? "" : " ";
  const notice = document.getElementById("map-designated");
  notice.querySelector("button").addEventListener("click", clear);

  return (disasters, shown) => {
    for (const layer of layers) layer.showDesignated(disasters);
    const filtered = shown.filter(({ definition }) => definition.designated);
    const isFiltered = disasters.length > 0 && filtered.length > 0;
    const notes = isFiltered ? filtered.flatMap((layer) => sentences(layer, disasters)) : [];
    notice.hidden = !isFiltered;
    const all = notes.join(gap);
    notice.querySelector("span").replaceChildren(...nodesOf(all));
    return all;
  };

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
