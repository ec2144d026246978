// Of layers whose places are designated by kind of disaster, only those for the disasters chosen.

import { fill } from "./dom.js";

// `clear` is called when all places are asked for. Returns what shows the places for `disasters` and
// says so beside the map; disasters that no place is designated for are named, and stand for none.
export function designatedOnly(layers, names, { lang, words }, clear) {
  const notice = document.getElementById("map-designated");
  notice.querySelector("button").addEventListener("click", clear);

  return (disasters, shown) => {
    for (const layer of layers) layer.showDesignated(disasters);
    const filtered = shown.filter(({ definition }) => definition.designated);
    notice.hidden = disasters.length === 0 || filtered.length === 0;
    notice.querySelector("span").textContent = filtered
      .flatMap(({ definition }) => sentences(definition, disasters))
      .join(lang === "ja" ? "" : " ");
  };

  function sentences({ title, designated }, disasters) {
    const listed = (some) => new Intl.ListFormat(lang).format(some.map((each) => names[each]));
    const some = disasters.filter((each) => designated[each]);
    const none = disasters.filter((each) => !designated[each]);
    return [
      some.length ? fill(words.designatedOnly, { title, disasters: listed(some) }) : "",
      ...none.map((each) => fill(words.noneDesignated, { disasters: names[each] })),
    ].filter(Boolean);
  }
}
