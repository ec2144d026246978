// Fills a page that the service rendered with {names} in the place of what it says. An element with
// `data-each` is there once for each item of that list, one with `data-if` only where that value is
// neither empty nor 0.

import { nodesOf, plain } from "../map/marks.js";

const NAME = /\{(\w+)\}/g;
const NAME_IN_ADDRESS = /%7B(\w+)%7D/g;

// `values` by name; the items of a list are objects with further ones, or the value of {item}.
export function fillPattern(element, values) {
  for (const { name, value } of element.attributes) {
    const filled = value
      .replace(NAME, (whole, key) => (key in values ? plain(String(values[key])) : whole))
      .replace(NAME_IN_ADDRESS, (whole, key) => (key in values ? encodeURIComponent(values[key]) : whole));
    if (filled !== value) element.setAttribute(name, filled);
  }
  for (const child of [...element.childNodes]) {
    if (child.nodeType === Node.TEXT_NODE) fillText(child, values);
    else if (child.nodeType === Node.ELEMENT_NODE) fillElement(child, values);
  }
}

function fillElement(element, values) {
  const { if: condition, each } = element.dataset;
  delete element.dataset.if;
  delete element.dataset.each;
  if (condition && !(values[condition].length ?? values[condition])) return element.remove();
  if (!each) return fillPattern(element, values);
  for (const item of values[each]) {
    const copy = element.cloneNode(true);
    fillPattern(copy, { ...values, ...(typeof item === "object" ? item : { item }) });
    element.before(copy);
  }
  element.remove();
}

function fillText(text, values) {
  const parts = text.data.split(NAME); // every other one is a name
  if (parts.length === 1) return;
  const filled = parts.map((part, at) => {
    if (at % 2 === 0) return part;
    return part in values ? String(values[part]) : `{${part}}`;
  });
  text.replaceWith(...nodesOf(filled.join("")));
}
