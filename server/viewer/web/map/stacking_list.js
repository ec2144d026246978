// The list of the layers shown, from above to below, with what moves and pales them.

import { element, fill } from "./dom.js";
import { plain } from "./marks.js";

const LEAST = 10;
const STEP = 10;

// `changed` is called after a layer was moved or paled, with words for those who do not see it.
// Returns what draws the list anew for the ids shown.
export function stackingList(stacking, { words }, changed) {
  const list = document.querySelector("[data-stack-list]");
  let shown = [];

  function show(ids) {
    shown = stacking.order.filter((id) => ids.includes(id));
    list.replaceChildren(...shown.map(item));
    list.closest("[data-stack]").hidden = shown.length === 0;
  }

  function item(id, place) {
    const { title } = stacking.byId.get(id).definition;
    const up = mover(id, -1, words.moveUp, place === 0);
    const down = mover(id, 1, words.moveDown, place === shown.length - 1);
    return element(
      "li",
      { class: "stack-item", "data-stacked": id },
      element("span", { class: "row-title" }, title),
      element("span", { class: "stack-moves" }, up, down),
      ...slider(id, title),
    );
  }

  // A button at the list's end stays, so that the focus does; it says that it does nothing.
  function mover(id, by, name, isLast) {
    const { title } = stacking.byId.get(id).definition;
    const button = element(
      "button",
      { type: "button", "data-by": by, "aria-label": fill(name, { title }), "aria-disabled": String(isLast) },
      element("span", { "aria-hidden": "true" }, by < 0 ? "▲" : "▼"),
    );
    button.addEventListener("click", () => {
      if (isLast) return;
      stacking.move(id, by, shown);
      show(shown);
      list.querySelector(`[data-stacked="${id}"] [data-by="${by}"]`).focus();
      const place = shown.indexOf(id) + 1;
      changed(fill(words.moved, { title, place, count: shown.length }));
    });
    return button;
  }

  function slider(id, title) {
    const output = element("output", { "aria-hidden": "true" });
    const range = element("input", {
      type: "range", min: LEAST, max: 100, step: STEP, "aria-label": fill(words.strength, { title }), autocomplete: "off",
    });
    range.value = Math.round(stacking.strength(id) * 100);
    const say = () => {
      output.textContent = plain(fill(words.percent, { percent: range.value }));
      range.setAttribute("aria-valuetext", output.textContent);
    };
    say();
    range.addEventListener("input", () => {
      stacking.setStrength(id, range.value / 100);
      say();
    });
    range.addEventListener("change", () => changed(""));
    return [range, output];
  }

  return show;
}
