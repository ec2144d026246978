// Ties the panel's controls, the map and the page's address together.

import { fill } from "./dom.js";
import { currentId } from "./former.js";
import { mapZoom } from "./grid.js";
import { openOnRequest } from "./opening.js";
import { queryOf } from "./permalink.js";
import { handleSheet } from "./sheet.js";
import { statusLine } from "./status.js";
import { defineSymbols } from "./symbols.js";

const DEFAULT_BASE = "bundled";

export function panel(map, { layers, bases, symbols }) {
  defineSymbols(symbols);
  const status = statusLine(map, layers);
  const byId = new Map(layers.map((layer) => [layer.definition.id, layer]));
  const boxes = [...document.querySelectorAll("input[data-layer]")];
  const shown = () => boxes.filter((box) => box.checked).map((box) => byId.get(box.dataset.layer));
  let base = DEFAULT_BASE;

  bases[DEFAULT_BASE].addTo(map).catch(() => status.message(map.words.bundledFailed));
  // The list's first layer lies above the others of its kind.
  layers.forEach((layer, index) => {
    layer.setZIndex(layers.length - index);
    layer.on("tilepainted", ({ key }) => {
      for (const other of shown()) {
        if (other.above.includes(layer)) other.rearrange(key);
      }
    });
  });

  checkFromAddress();
  for (const box of boxes) {
    box.addEventListener("change", () => {
      update();
      const { title } = byId.get(box.dataset.layer).definition;
      status.announce(fill(box.checked ? map.words.shown : map.words.hidden, { title }));
    });
  }
  for (const radio of document.querySelectorAll("input[name=base]")) {
    radio.addEventListener("change", () => {
      status.message("");
      chooseBase(radio.value);
    });
    bases[radio.value].on?.("unreachable", () => {
      chooseBase(DEFAULT_BASE);
      status.message(map.words.baseFailed);
    });
  }
  map.on("moveend", writeAddress);
  map.on("zoomend", hintZooms);
  handleSheet();
  openOnRequest(map, shown, status.announce);
  chooseBase(Object.keys(bases).includes(map.address.base) ? map.address.base : DEFAULT_BASE);
  update();

  function checkFromAddress() {
    if (map.address.layers === null) return;
    const asked = map.address.layers.map((id) => currentId(id, layers));
    for (const box of boxes) box.checked = asked.includes(box.dataset.layer);
    const gone = asked.filter((id) => !byId.has(id));
    if (gone.length) status.message(fill(map.words.unknownLayers, { layers: gone.join(", ") }));
  }

  function update() {
    for (const box of boxes) {
      const layer = byId.get(box.dataset.layer);
      if (box.checked) layer.addTo(map);
      else layer.remove();
      box.closest("[data-row]").classList.toggle("is-on", box.checked);
    }
    shown().forEach((layer, index, all) => layer.lieUnder(all.slice(0, index)));
    const ids = shown().map((layer) => layer.definition.id);
    for (const notice of document.querySelectorAll("[data-notice]")) {
      notice.hidden = !notice.dataset.notice.split(" ").some((id) => ids.includes(id));
    }
    for (const count of document.querySelectorAll("[data-count]")) {
      count.textContent = fill(map.words.count, { count: ids.length });
    }
    hintZooms();
    writeAddress();
  }

  function hintZooms() {
    for (const box of boxes) {
      const layer = byId.get(box.dataset.layer);
      const row = box.closest("[data-row]");
      const isShown = map.getZoom() >= mapZoom(layer.definition.minzoom);
      row.querySelector("[data-zoom-hint]").hidden = isShown;
      row.querySelector("[data-cluster-hint]").hidden = !isShown || !layer.isClustered(map.getZoom());
    }
  }

  function chooseBase(name) {
    if (base !== DEFAULT_BASE) bases[base].remove();
    base = name;
    if (base !== DEFAULT_BASE) bases[base].addTo(map);
    document.querySelector(`input[name=base][value=${base}]`).checked = true;
    map.getContainer().classList.toggle("has-online-base", base !== DEFAULT_BASE);
    writeAddress();
  }

  function writeAddress() {
    const query = queryOf(location.search, {
      layers: shown().map((layer) => layer.definition.id),
      center: map.place,
      zoom: map.getZoom(),
      base: base === DEFAULT_BASE ? null : base,
    });
    history.replaceState(null, "", query);
    for (const link of document.querySelectorAll("a[data-language]")) {
      const address = new URLSearchParams(query);
      address.set("lang", link.hreflang);
      link.search = address.toString().replaceAll("%2C", ",").replaceAll("%2F", "/");
    }
  }
}
