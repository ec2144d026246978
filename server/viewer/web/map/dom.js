// Elements made from data: text is always text, never markup.

import { nodesOf, plain } from "./marks.js";

export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined) continue;
    if (key === "class") made.className = value;
    else made.setAttribute(key, plain(String(value)));
  }
  const shown = children.filter((child) => child !== null);
  made.append(...shown.flatMap((child) => (typeof child === "string" ? nodesOf(child) : [child])));
  return made;
}

// `text` with each {name} replaced by values[name].
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
