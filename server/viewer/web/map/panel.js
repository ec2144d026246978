// Ties the panel's controls, the map and the page's address together.

import { onLoss } from "./canvas.js";
import { designatedOnly } from "./designated.js";
import { fill } from "./dom.js";
import { putFirst } from "./first.js";
import { currentId } from "./former.js";
import { groupSwitches } from "./groups.js";
import { listsInView } from "./in_view.js";
import { nodesOf } from "./marks.js";
import { showNotices } from "./notices.js";
import { openOnRequest } from "./opening.js";
import { forgetPatterns, patternSwitch } from "./patterns.js";
import { queryOf } from "./permalink.js";
import { handleSheet } from "./sheet.js";
import { offerLight } from "./slow.js";
import { Stacking } from "./stacking.js";
import { stackingList } from "./stacking_list.js";
import { statusLine } from "./status.js";
import { forgetStamps } from "./symbols.js";
import { viewButtons } from "./views.js";

const DEFAULT_BASE = "bundled";
// Safari refuses a page that writes its address more than 100 times in 30 seconds.
const PAUSE_MS = 310;

export function panel(map, { layers, bases, views, disasters: names }) {
  onLoss(() => {
    forgetStamps();
    forgetPatterns();
    for (const layer of layers) layer.repaint();
  });
  const status = statusLine(map, layers);
  const byId = new Map(layers.map((layer) => [layer.definition.id, layer]));
  const boxes = [...document.querySelectorAll("input[data-layer]")];
  const shownIds = () => boxes.filter((box) => box.checked).map((box) => box.dataset.layer);
  const usual = { layers: shownIds(), disasters: [] };
  let started = usual.layers; // what is shown before the reader chooses
  const stacking = new Stacking(map, layers);
  // From above to below.
  const shown = () => {
    const ids = shownIds();
    return stacking.order.filter((id) => ids.includes(id)).map((id) => byId.get(id));
  };
  let base = DEFAULT_BASE;
  let written = 0;
  let due = null;
  let disasters = map.address.disasters.filter((each) => Object.keys(names).includes(each));

  bases[DEFAULT_BASE].addTo(map).catch(() => status.message(map.words.bundledFailed));
  for (const layer of layers) {
    layer.on("tilepainted", ({ key }) => {
      for (const other of shown()) {
        if (other.above.includes(layer)) other.rearrange(key);
      }
    });
  }

  readFromAddress();
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
  const showGroups = groupSwitches(() => {
    update();
    status.announce(fill(map.words.count, { count: shownIds().length }));
  });
  const showViews = viewButtons(views, usual, map, chooseView);
  const showStacking = stackingList(stacking, map, (words) => {
    lay();
    writeAddress();
    status.announce(words);
  });
  const showDesignated = designatedOnly(layers, names, map, () => {
    chooseView({ layers: shownIds(), disasters: [] }, "");
    document.getElementById("layer-panel").focus();
  });
  map.on("moveend", writeAddressSoon);
  map.on("zoomend", () => {
    hintZooms();
    showDesignated(disasters, shown());
  });
  const makeRoom = handleSheet();
  const openFeature = openOnRequest(map, shown, status.announce);
  patternSwitch(layers);
  listsInView(layers, map, openFromList);
  chooseBase(Object.keys(bases).includes(map.address.base) ? map.address.base : DEFAULT_BASE);
  update();
  showNotices(showFirst);
  offerLight(() => layers.some((layer) => layer.states().loading > 0));

  function readFromAddress() {
    const { order, strengths } = map.address;
    stacking.arrange(order.map((id) => currentId(id, layers)));
    for (const [former, share] of strengths) {
      const id = currentId(former, layers);
      if (byId.has(id)) stacking.setStrength(id, share);
    }
    if (map.address.layers === null) return;
    const asked = map.address.layers.map((id) => currentId(id, layers));
    for (const box of boxes) box.checked = asked.includes(box.dataset.layer);
    const gone = asked.filter((id) => !byId.has(id));
    if (gone.length) status.message(fill(map.words.unknownLayers, { layers: new Intl.ListFormat(map.lang).format(gone) }));
  }

  // The layers of a notice in force: first in the list, and shown unless the address asks for others.
  // They take the place of the usual ones; what the reader chose stays.
  function showFirst(ids) {
    putFirst(ids);
    if (map.address.layers !== null || !ids.some((id) => byId.has(id))) return;
    const isUsual = disasters.length === 0 && shownIds().join() === started.join();
    for (const box of boxes) box.checked = ids.includes(box.dataset.layer) || (!isUsual && box.checked);
    update();
    if (isUsual) started = shownIds();
  }

  // On a phone the list lies over the map: what it opens would not be seen.
  function openFromList(layer, found, giveBack) {
    const openAgain = found.shape.kind === "cluster" ? () => {} : makeRoom();
    map.invalidateSize({ animate: false });
    openFeature(layer, found, () => {
      openAgain();
      giveBack();
    });
  }

  function chooseView(view, words) {
    for (const box of boxes) box.checked = view.layers.includes(box.dataset.layer);
    disasters = view.disasters;
    status.announce([words, update()].filter(Boolean).join(" "));
  }

  // Returns what stands beside the map of the places shown.
  function update() {
    for (const box of boxes) {
      const layer = byId.get(box.dataset.layer);
      if (box.checked) layer.addTo(map);
      else layer.remove();
      box.closest("[data-row]").classList.toggle("is-on", box.checked);
    }
    lay();
    const ids = shownIds();
    for (const notice of document.querySelectorAll("[data-notice]")) {
      notice.hidden = !notice.dataset.notice.split(" ").some((id) => ids.includes(id));
    }
    for (const count of document.querySelectorAll("[data-count]")) {
      count.replaceChildren(...nodesOf(fill(map.words.count, { count: ids.length })));
    }
    const said = showDesignated(disasters, shown());
    showGroups();
    showViews(ids, disasters);
    showStacking(ids);
    hintZooms();
    writeAddress();
    return said;
  }

  function lay() {
    shown().forEach((layer, index, all) => layer.lieUnder(all.slice(0, index)));
  }

  function hintZooms() {
    for (const box of boxes) {
      const layer = byId.get(box.dataset.layer);
      const row = box.closest("[data-row]");
      const isClustered = layer.isClustered(map.getZoom());
      const isHidden = layer.isHidden(map.getZoom());
      row.querySelector("[data-zoom-hint]").hidden = !isHidden;
      row.querySelector("[data-cluster-hint]").hidden = isHidden || !isClustered;
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

  function writeAddressSoon() {
    const wait = written + PAUSE_MS - performance.now();
    if (wait <= 0) writeAddress();
    else due ??= setTimeout(writeAddress, wait);
  }

  function writeAddress() {
    clearTimeout(due);
    due = null;
    written = performance.now();
    const query = queryOf(location.search, {
      layers: shownIds(),
      order: stacking.isUsual() ? [] : stacking.order,
      strengths: [...stacking.strengths],
      disasters,
      center: map.place,
      zoom: map.getZoom(),
      base: base === DEFAULT_BASE ? null : base,
    });
    history.replaceState(null, "", query);
    for (const link of document.querySelectorAll("a[data-language]")) {
      const address = new URLSearchParams({ lang: link.dataset.language, to: `/${query}` });
      link.search = address.toString();
    }
  }
}
