// What a place that was found is called, for the page's readers.

import { element } from "./dom.js";
import { nameBeside } from "./values.js";

const OF_THE_PAGE = ["coordinates", "home", "layers"]; // kinds whose names are not the data's

// An element `tag` with the name of a hit of this kind; `patterns` as in `nameBeside`.
export function nameElement(tag, hit, kind, patterns, { lang }) {
  const beside = nameBeside(hit.name, hit.forms, patterns);
  const isJapanese = beside === null && !OF_THE_PAGE.includes(kind) && !lang.startsWith("ja");
  return element(tag, isJapanese ? { lang: "ja" } : {}, beside ?? hit.name);
}
