// The search in the bar: an editable combobox with a list (WAI-ARIA Authoring Practices). Without
// this script, or without its index, the form asks the service's page for the same.

import { element, fill } from "./dom.js";
import { finder } from "./finder.js";
import { foundPlaces } from "./found_place.js";
import { hereLink } from "./here_link.js";
import { readHome } from "./home.js";
import { locateControl } from "./locate_control.js";
import { nodesOf, plain } from "./marks.js";

export function search(map, { index, words, titles, leftOut, mostRadius }) {
  const form = document.getElementById("place-search");
  const input = form.querySelector("input[type=search]");
  const box = form.querySelector(".search-box");
  const list = form.querySelector("[role=listbox]");
  const note = form.querySelector(".search-note");
  const status = form.querySelector("[role=status]");
  const show = foundPlaces(map);
  const inReach = ({ latitude, longitude }) => map.options.maxBounds.contains([latitude, longitude]);
  let options = [];
  let active = -1;
  let listed = null; // the query whose places are in the list
  let loading = null;
  let find = null;

  locateControl(map, { words, mostRadius, show, inReach });
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("autocomplete", "off");

  input.addEventListener("focus", () => {
    load();
    if (!input.value) update();
  });
  input.addEventListener("input", update);
  input.addEventListener("keydown", onKey);
  input.addEventListener("blur", close);
  form.addEventListener("submit", onSubmit);
  // The input keeps the focus while an option is pressed.
  box.addEventListener("pointerdown", (event) => event.preventDefault());

  // Once; after a failure it is asked for again.
  function load() {
    loading ??= fetch(index)
      .then((response) => {
        if (!response.ok) throw new Error(`${index}: ${response.status}`);
        return response.json();
      })
      .then((content) => {
        find = finder(content);
      })
      .catch(() => {
        loading = null;
      });
    return loading;
  }

  async function update() {
    const query = input.value;
    if (query.trim() && find === null) await load();
    if (query !== input.value || document.activeElement !== input) return;
    const groups = query.trim() ? (find?.(query) ?? []) : homeGroups();
    fillList(groups);
    listed = query;
    if (!query.trim() && !groups.length) close();
    else open(query.trim() ? noteOf(groups) : "");
  }

  function noteOf(groups) {
    if (find === null) return words.searchUnloaded;
    const left = leftOut.map((title) => fill(words.searchLeftOut, { title }));
    const more = groups.reduce((sum, group) => sum + group.more, 0);
    const rest = more ? [fill(words.searchMore, { count: more })] : [];
    return [...(groups.length ? rest : [words.searchNothing]), ...left].join(" ");
  }

  function homeGroups() {
    const home = readHome();
    if (home === null) return [];
    const { latitude, longitude, radius } = home;
    const hit = { name: words.home, latitude, longitude, doubt: radius, feature: 0 };
    return [{ kind: "home", layer: null, hits: [hit], more: 0 }];
  }

  function fillList(groups) {
    options = [];
    active = -1;
    input.removeAttribute("aria-activedescendant");
    list.replaceChildren(...groups.map(groupOf));
  }

  function groupOf(group, at) {
    const heading = element("div", { id: `search-group-${at}`, class: "search-heading" }, titleOf(group));
    const made = group.hits.map((hit) => optionOf(hit, group));
    return element("div", { role: "group", "aria-labelledby": heading.id }, heading, ...made);
  }

  function optionOf(hit, group) {
    const id = `search-option-${options.length}`;
    const badge = group.layer?.sample ? element("span", { class: "badge badge-sample" }, map.words.sample) : null;
    const about = noteOfHit(hit, group);
    const isData = group.kind === "town" || group.kind === "layer";
    const option = element(
      "div",
      { id, role: "option", "aria-selected": "false", class: "search-option" },
      element("span", isData && !map.lang.startsWith("ja") ? { lang: "ja" } : {}, hit.name),
      badge,
      about ? element("small", {}, about) : null,
    );
    option.addEventListener("click", () => choose(options.findIndex((one) => one.option === option)));
    options.push({ option, hit, group });
    return option;
  }

  function noteOfHit(hit, group) {
    if (!inReach(hit)) return words.searchOutside;
    return group.kind === "town" ? words.searchAbout : null;
  }

  function titleOf({ kind, layer }) {
    return layer ? titles[layer.id] : words[`search_${kind}`];
  }

  function open(said) {
    note.replaceChildren(...nodesOf(said));
    note.hidden = said === "";
    list.hidden = options.length === 0;
    box.hidden = false;
    input.setAttribute("aria-expanded", String(options.length > 0));
    const counted = options.length ? fill(words.searchCount, { count: options.length }) : "";
    status.textContent = plain([counted, said].filter(Boolean).join(" "));
  }

  function close() {
    box.hidden = true;
    input.setAttribute("aria-expanded", "false");
    mark(-1);
    status.textContent = "";
  }

  function mark(at) {
    options[active]?.option.setAttribute("aria-selected", "false");
    active = at;
    if (at < 0) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    const { option } = options[at];
    option.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function onKey(event) {
    // Keys of a text that is still being composed belong to the input method: Enter ends the
    // composition and must not choose. Safari says so by the code 229 alone.
    if (event.isComposing || event.keyCode === 229) {
      if (event.key === "Enter") event.preventDefault();
      return;
    }
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      if (box.hidden) update();
      else if (options.length) step(key === "ArrowDown" ? 1 : -1);
    } else if (key === "Escape") {
      event.preventDefault();
      if (box.hidden) input.value = "";
      close();
    }
  }

  // From the last option on to the first, by way of the input itself.
  function step(by) {
    const places = options.length + 1;
    mark(((active + 1 + by + places) % places) - 1);
  }

  async function onSubmit(event) {
    event.preventDefault();
    input.focus(); // the button took it
    const asked = input.value;
    if (box.hidden || listed !== asked) await update();
    if (input.value !== asked || (find !== null && listed !== asked)) return;
    if (find === null && input.value.trim()) form.submit();
    else if (options.length) choose(Math.max(active, 0));
  }

  function choose(at) {
    const { hit, group } = options[at];
    const place = { latitude: hit.latitude, longitude: hit.longitude, radius: hit.doubt };
    close();
    if (!inReach(place)) {
      location.assign(hereLink(map.here, place));
      return;
    }
    if (group.layer) switchOn(group.layer.id);
    if (group.kind !== "home") input.value = hit.name;
    show(place, wordsOf(hit, group), input);
  }

  function wordsOf(hit, group) {
    const isSample = group.layer?.sample;
    const badge = isSample ? element("span", { class: "badge badge-sample" }, map.words.sample) : null;
    const section = element(
      "section",
      { class: "popup-section" },
      element("h2", {}, titleOf(group), badge),
      isSample ? element("p", { class: "popup-sample" }, map.words.sampleMeaning) : null,
      element("div", { class: "popup-feature" }, element("h3", map.lang === "ja" ? {} : { lang: "ja" }, hit.name)),
      hit.doubt ? element("p", { class: "popup-notice" }, fill(words.doubt, { count: hit.doubt })) : null,
      ...(group.layer ? aboutLayer(group.layer.id) : []),
    );
    return [section];
  }

  // What must be read with every feature of the layer, and whose data it is.
  function aboutLayer(id) {
    const { notice, credit } = layerOnMap(id)?.definition ?? {};
    return [
      notice ? element("p", { class: "popup-notice" }, notice) : null,
      credit ? element("p", { class: "popup-small" }, `${credit.date} · ${fill(map.words.source, credit)}`) : null,
    ];
  }

  function layerOnMap(id) {
    let found = null;
    map.eachLayer((layer) => {
      if (layer.definition?.id === id) found = layer;
    });
    return found;
  }

  function switchOn(layer) {
    const checkbox = document.querySelector(`input[data-layer="${CSS.escape(layer)}"]`);
    if (checkbox && !checkbox.checked) checkbox.click();
  }
}
