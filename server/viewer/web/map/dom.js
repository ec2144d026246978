// Elements made from data: text is always text, never markup.

import { filled } from "./fill.js";
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

// As `filled`, in the page's language.
export const fill = (text, values) => filled(text, values, document.documentElement.lang);
