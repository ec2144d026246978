// Ties the panel's controls, the map and the page's address together.

import { BaseChoice } from "./base_choice.js";
import { onLoss } from "./canvas.js";
import { foldCautions, showCautions } from "./cautions.js";
import { designatedOnly } from "./designated.js";
import { fill } from "./dom.js";
import { putFirst } from "./first.js";
import { currentId } from "./former.js";
import { groupSwitches } from "./groups.js";
import { listsInView } from "./in_view.js";
import { LayerList } from "./layer_list.js";
import { nodesOf } from "./marks.js";
import { barMenus } from "./menu.js";
import { showMiniLegend } from "./mini_legend.js";
import { showNotices } from "./notices.js";
import { openOnRequest } from "./opening.js";
import { pageAddress } from "./page_address.js";
import { forgetPatterns, patternSwitch } from "./patterns.js";
import { presetAtStart, presetButtons } from "./presets.js";
import { requestSwitch } from "./request_switch.js";
import { handleSheet } from "./sheet.js";
import { offerLight } from "./slow.js";
import { Stacking } from "./stacking.js";
import { stackingList } from "./stacking_list.js";
import { statusLine } from "./status.js";
import { forgetStamps } from "./symbols.js";

export function panel(map, { layers, bases, usualBase, presets, disasters: names, requests }) {
  onLoss(() => {
    forgetStamps();
    forgetPatterns();
    for (const layer of layers) layer.repaint();
  });
  new Panel(map, layers, names).start(bases, usualBase, presets, requests);
  barMenus();
  foldCautions();
}

class Panel {
  // `names` are the disasters that places are designated for, by id.
  constructor(map, layers, names) {
    this.map = map;
    this.layers = layers;
    this.status = statusLine(map, layers);
    this.list = new LayerList(map, layers);
    this.stacking = new Stacking(map, layers);
    this.usual = { layers: this.list.ids(), disasters: [] };
    this.initial = this.usual.layers; // what is shown before the reader chooses
    this.names = names;
    map.disasterNames = names;
    this.disasters = map.address.disasters.filter((id) => Object.keys(names).includes(id));
    this.address = pageAddress(() => this.parameters());
  }

  start(bases, usualBase, presets, requests) {
    const { map, layers, list, status } = this;
    const { announce } = status;
    const announceSwitch = (title, isOn) => announce(fill(isOn ? map.words.shown : map.words.hidden, { title }));
    this.base = new BaseChoice(map, bases, usualBase, status, this.address.write);
    this.rearrangeWhenPainted();
    this.readAddress(presets);
    list.onSwitch(({ title }, isOn) => {
      this.update();
      announceSwitch(title, isOn);
    });
    this.areRequestsOn = requestSwitch(map, requests, (title, isOn) => {
      this.update();
      announceSwitch(title, isOn);
    });
    this.showGroups = groupSwitches(() => {
      this.update();
      announce(fill(map.words.count, { count: list.ids().length }));
    });
    this.showPresets = presetButtons(presets, this.usual, map, (preset, words) => this.choosePreset(preset, words));
    this.showStacking = stackingList(this.stacking, map, (words) => {
      this.stack();
      this.address.write();
      announce(words);
    });
    this.showDesignated = designatedOnly(layers, this.names, map, () => {
      this.choosePreset({ layers: list.ids(), disasters: [] }, "");
      document.getElementById("layer-panel").focus();
    });
    map.on("moveend", this.address.writeSoon);
    map.on("zoomend", () => {
      list.hintZooms();
      this.showDesignated(this.disasters, this.shown());
    });
    this.openFromMapAndList();
    map.openings.follow(map, layers);
    patternSwitch(layers);
    this.base.choose(map.address.base);
    this.update();
    showNotices((ids) => this.showFirst(ids));
    offerLight(() => layers.some((layer) => layer.states().loading > 0));
  }

  // The layers that are on, from above to below.
  shown() {
    const ids = this.list.ids();
    return this.stacking.order.filter((id) => ids.includes(id)).map((id) => this.list.byId.get(id));
  }

  parameters() {
    const { map, stacking } = this;
    return {
      layers: this.list.ids(),
      order: stacking.isUsual() ? [] : stacking.order,
      strengths: [...stacking.strengths],
      disasters: this.disasters,
      center: map.place,
      zoom: map.getZoom(),
      base: this.base.inAddress(),
      requests: this.areRequestsOn(),
    };
  }

  readAddress(presets) {
    const { map, layers, list, stacking } = this;
    const { layers: ids, order, strengths } = map.address;
    stacking.arrange(order.map((id) => currentId(id, layers)));
    for (const [former, share] of strengths) {
      const id = currentId(former, layers);
      if (list.byId.has(id)) stacking.setStrength(id, share);
    }
    const preset = presetAtStart(presets, map.address);
    if (preset) {
      list.choose((id) => preset.layers.includes(id));
      this.disasters = preset.disasters;
    }
    if (map.isElsewhere) this.status.message(map.words.linkElsewhere);
    if (ids === null) return;
    const current = ids.map((id) => currentId(id, layers));
    list.choose((id) => current.includes(id));
    const unknown = current.filter((id) => !list.byId.has(id));
    if (!unknown.length) return;
    const words = new Intl.ListFormat(map.lang).format(unknown);
    this.status.message(fill(map.words.unknownLayers, { layers: words }));
  }

  // Clusters keep out of the way of the symbols that are drawn above them, as these come.
  rearrangeWhenPainted() {
    for (const layer of this.layers) {
      layer.on("tilepainted", ({ key }) => {
        for (const other of this.shown()) {
          if (other.above.includes(layer)) other.rearrange(key);
        }
      });
    }
  }

  stack() {
    this.shown().forEach((layer, index, all) => layer.lieUnder(all.slice(0, index)));
  }

  // On a phone the list lies over the map: what it opens would not be seen.
  openFromMapAndList() {
    const { map } = this;
    const makeRoom = handleSheet();
    const openFeature = openOnRequest(map, () => this.shown(), this.status.announce);
    listsInView(this.layers, map, (layer, feature, giveBack) => {
      const openAgain = feature.shape.kind === "cluster" ? () => {} : makeRoom();
      map.invalidateSize({ animate: false });
      openFeature(layer, feature, () => {
        openAgain();
        giveBack();
      });
    });
  }

  // The layers of a notice in force: first in the list, and shown unless the address asks for others.
  // They take the place of the usual ones; what the reader chose stays.
  showFirst(ids) {
    const { list } = this;
    putFirst(ids);
    if (this.map.address.layers !== null || !ids.some((id) => list.byId.has(id))) return;
    const isUsual = this.disasters.length === 0 && list.ids().join() === this.initial.join();
    list.choose((id, isOn) => ids.includes(id) || (!isUsual && isOn));
    this.update();
    if (isUsual) this.initial = list.ids();
  }

  choosePreset(preset, words) {
    this.list.choose((id) => preset.layers.includes(id));
    this.disasters = preset.disasters;
    this.status.announce([words, this.update()].filter(Boolean).join(" "));
  }

  // Returns what stands beside the map of the places shown.
  update() {
    const { list, map } = this;
    list.show();
    this.stack();
    const ids = list.ids();
    for (const count of document.querySelectorAll("[data-count]")) {
      count.replaceChildren(...nodesOf(fill(map.words.count, { count: ids.length })));
    }
    const words = this.showDesignated(this.disasters, this.shown());
    showCautions(ids, this.disasters);
    this.showGroups();
    this.showPresets(ids, this.disasters);
    this.showStacking(ids);
    list.hintZooms();
    showMiniLegend();
    this.address.write();
    return words;
  }
}
