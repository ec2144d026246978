// The search in the bar: an editable combobox with a list (WAI-ARIA Authoring Practices). Without
// this script, or without its index, the form asks the service's page for the same.

import { fill } from "./dom.js";
import { foundPlaces } from "./found_place.js";
import { hereLink } from "./here_link.js";
import { readHome } from "./home.js";
import { locateControl } from "./locate_control.js";
import { nodesOf, plain } from "./marks.js";
import { openingLabel } from "./openings.js";
import { searchBar } from "./search_bar.js";
import { SearchIndex } from "./search_index.js";
import { SearchList } from "./search_list.js";
import { nameElement } from "./search_name.js";
import { noteOfFinding, noteOfHit } from "./search_notes.js";
import { cautionsOf, resultSection, switchOn } from "./search_result.js";

// `index` is the address of what can be searched; `titles` and `samples` are titles of layers, by id,
// and `parts` the kinds of places that are one point of many; `nameForms` are patterns of names, by
// the tags of their forms.
export function search(map, { index, words, titles, parts, nameForms, mostRadius, ...noted }) {
  const show = foundPlaces(map);
  const inReach = ({ latitude, longitude }) => map.options.maxBounds.contains([latitude, longitude]);
  const titleOf = ({ kind, layer }) => (layer ? titles[layer.id] : words[`search_${kind}`]);
  locateControl(map, { words, mostRadius, show, inReach });
  const noteOf = (finding) => noteOfFinding(finding, { words, ...noted });
  const about = { words, noteOf, titles, parts, nameForms, show, inReach, titleOf };
  new Search(map, new SearchIndex(index), about);
}

class Search {
  constructor(map, index, { words, noteOf, titles, parts, nameForms, show, inReach, titleOf }) {
    Object.assign(this, { map, index, words, noteOf, titles, nameForms, show, inReach, titleOf });
    this.form = document.getElementById("place-search");
    this.input = this.form.querySelector("input[type=search]");
    this.box = this.form.querySelector(".search-box");
    this.note = this.form.querySelector(".search-note");
    this.status = this.form.querySelector("[role=status]");
    this.list = new SearchList(map, this.input, this.form.querySelector("[role=listbox]"), {
      titleOf,
      nameOf: (hit, { kind }) => nameElement("span", hit, kind, nameForms, map),
      noteOf: (hit, group) => noteOfHit(hit, group, { words, parts, inReach }),
      openingOf: ({ feature }, { layer }) => layer && openingLabel({ id: feature }, { id: layer.id, opens: true }, map),
      choose: (option) => this.choose(option),
    });
    this.leaveBar = searchBar();
    this.listed = null; // the query whose places are in the list
    this.listen();
  }

  listen() {
    const { input } = this;
    input.addEventListener("focus", () => {
      this.index.load();
      if (!input.value) this.update();
    });
    input.addEventListener("input", () => this.update());
    input.addEventListener("keydown", (event) => this.onKey(event));
    input.addEventListener("blur", () => this.close());
    this.form.addEventListener("submit", (event) => this.onSubmit(event));
    // The input keeps the focus while an option is pressed.
    this.box.addEventListener("pointerdown", (event) => event.preventDefault());
  }

  async update() {
    const { input, index } = this;
    const query = input.value;
    const isAsked = query.trim() !== "";
    if (isAsked && !index.find) await index.load();
    if (query !== input.value || document.activeElement !== input) return;
    const finding = isAsked ? (index.find?.(query) ?? null) : null;
    const groups = isAsked ? this.groupsOf(finding) : this.homeGroups();
    this.list.fill(groups);
    this.listed = query;
    if (!isAsked && !groups.length) this.close();
    else this.open(isAsked ? this.noteOf(finding) : "");
  }

  groupsOf(finding) {
    if (!finding?.layers.length) return finding?.groups ?? [];
    const hits = finding.layers.map((id) => ({ name: this.titles[id], layer: id, forms: {} }));
    return [{ kind: "layers", layer: null, hits, more: 0 }, ...finding.groups];
  }

  homeGroups() {
    const home = readHome();
    if (home === null) return [];
    const { latitude, longitude, radius } = home;
    const hit = { name: this.words.home, latitude, longitude, doubt: radius, feature: 0, forms: {} };
    return [{ kind: "home", layer: null, hits: [hit], more: 0 }];
  }

  open(note) {
    const count = this.list.options.length;
    this.note.replaceChildren(...nodesOf(note));
    this.note.hidden = note === "";
    this.box.hidden = false;
    this.list.show();
    const counted = count ? fill(this.words.searchCount, { count }) : "";
    this.status.textContent = plain([counted, note].filter(Boolean).join(" "));
  }

  close() {
    this.box.hidden = true;
    this.list.leave();
    this.status.textContent = "";
  }

  onKey(event) {
    // Keys of a text that is still being composed belong to the input method: Enter ends the
    // composition and must not choose. Safari says so by the code 229 alone.
    if (event.isComposing || event.keyCode === 229) {
      if (event.key === "Enter") event.preventDefault();
      return;
    }
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      if (this.box.hidden) this.update();
      else this.list.step(key === "ArrowDown" ? 1 : -1);
    } else if (key === "Escape") {
      event.preventDefault();
      if (this.box.hidden && !this.input.value) this.leaveBar();
      if (this.box.hidden) this.input.value = "";
      this.close();
    }
  }

  async onSubmit(event) {
    const { input, index, list } = this;
    event.preventDefault();
    input.focus(); // the button took it
    const query = input.value;
    if (this.box.hidden || this.listed !== query) await this.update();
    if (input.value !== query || (index.find && this.listed !== query)) return;
    if (!index.find && query.trim()) this.form.submit();
    else if (list.options.length) this.choose(list.options[Math.max(list.active, 0)]);
  }

  choose({ hit, group }) {
    if (hit.layer) {
      switchOn(hit.layer);
      this.close();
      this.status.textContent = plain(fill(this.words.searchShown, { title: hit.name }));
      return;
    }
    const place = { latitude: hit.latitude, longitude: hit.longitude, radius: hit.doubt };
    this.close();
    if (!this.inReach(place)) {
      location.assign(hereLink(this.map.here, place));
      return;
    }
    if (group.layer) switchOn(group.layer.id);
    if (group.kind !== "home") this.input.value = hit.name;
    const section = resultSection(hit, group, this.titleOf(group), this);
    const returnTo = this.leaveBar();
    this.show(place, [section], { returnTo, said: cautionsOf(group, this.map) });
  }
}
