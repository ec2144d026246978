// The layer of requests: all of it is loaded when its reader switches it on.

import * as L from "./leaflet.js";
import { nodesOf } from "./marks.js";
import { scriptAt } from "./script.js";

const LIBRARY = { divIcon: L.divIcon, latLng: L.latLng, layerGroup: L.layerGroup, marker: L.marker, polygon: L.polygon };

// `changed` is called when its reader switched it. Returns what says whether it is on.
export function requestSwitch(map, config, changed) {
  const box = document.getElementById("requests-on");
  const row = box.closest("[data-row]");
  let layer = null;
  const tell = (words) => row.querySelector("[data-requests=status]").replaceChildren(...nodesOf(words));

  async function show() {
    row.classList.toggle("is-on", box.checked);
    if (!box.checked) {
      layer?.remove();
      return;
    }
    tell(config.words.loading);
    try {
      const { bosai } = globalThis;
      if (!bosai.requestLayer) await scriptAt(`/static/${config.script}`);
      layer ??= bosai.requestLayer(map, LIBRARY, row, config);
      const words = await layer.load();
      if (box.checked) layer.add();
      tell(words);
    } catch {
      tell(config.words.failed);
    }
  }

  box.checked = map.address.requests;
  box.addEventListener("change", () => {
    show();
    changed(config.words.title, box.checked);
  });
  if (box.checked) show();
  return () => box.checked;
}
