// Elements made from data: text is always text, never markup.

import { nodesOf, plain } from "./marks.js";

export function element(name, properties = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined) continue;
    if (key === "class") node.className = value;
    else node.setAttribute(key, plain(String(value)));
  }
  const present = children.filter((child) => child !== null);
  node.append(...present.flatMap((child) => (typeof child === "string" ? nodesOf(child) : [child])));
  return node;
}

// `text` with each {name} replaced by values[name]. A text with a count has a form for each plural of
// the page's language, and values.count chooses it.
export function fill(text, values) {
  const form = typeof text === "string" ? text : text[pluralOf(values.count)];
  return form.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

let rules = null;

function pluralOf(count) {
  rules ??= new Intl.PluralRules(document.documentElement.lang);
  return rules.select(count);
}
