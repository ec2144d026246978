// The places that were found, as the listbox of the search's input.

import { element } from "./dom.js";

export class SearchList {
  // `titleOf` a group, `noteOf` a hit and `openingOf` one are words, `nameOf` a hit is an element with
  // its name; `choose` is called with a pressed {hit, group}.
  constructor(map, input, list, { titleOf, nameOf, noteOf, openingOf, choose }) {
    Object.assign(this, { map, input, list, titleOf, nameOf, noteOf, openingOf, choose });
    this.options = []; // {option, hit, group}
    this.active = -1;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("autocomplete", "off");
  }

  fill(groups) {
    this.options = [];
    this.active = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.list.replaceChildren(...groups.map((group, at) => this.groupOf(group, at)));
  }

  show() {
    const { length } = this.options;
    this.list.hidden = length === 0;
    this.input.setAttribute("aria-expanded", String(length > 0));
  }

  leave() {
    this.input.setAttribute("aria-expanded", "false");
    this.mark(-1);
  }

  // From the last option on to the first, by way of the input itself.
  step(by) {
    if (!this.options.length) return;
    const places = this.options.length + 1;
    this.mark(((this.active + 1 + by + places) % places) - 1);
  }

  mark(at) {
    this.options[this.active]?.option.setAttribute("aria-selected", "false");
    this.active = at;
    if (at < 0) {
      this.input.removeAttribute("aria-activedescendant");
      return;
    }
    const { option } = this.options[at];
    option.setAttribute("aria-selected", "true");
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  groupOf(group, at) {
    const heading = element("div", { id: `search-group-${at}`, class: "search-heading" }, this.titleOf(group));
    const options = group.hits.map((hit) => this.optionOf(hit, group));
    return element("div", { role: "group", "aria-labelledby": heading.id }, heading, ...options);
  }

  optionOf(hit, group) {
    const note = this.noteOf(hit, group);
    const opening = this.openingOf(hit, group);
    const option = element(
      "div",
      { id: `search-option-${this.options.length}`, role: "option", "aria-selected": "false", class: "search-option" },
      this.nameOf(hit, group),
      opening ? element("small", { class: "opening-label" }, opening) : null,
      note ? element("small", {}, note) : null,
    );
    option.addEventListener("click", () => this.choose({ hit, group }));
    this.options.push({ option, hit, group });
    return option;
  }
}
