// The address also holds which feature is open: &open=hydrants/123

import * as L from "./leaflet.js";
import { currentId } from "./former.js";

const NAME = "open";
const WAIT = 10000;

// Writes what the card tells of; null when it is closed. A crowd of features is none.
export function keepOpened(findings) {
  const opened = (findings ?? []).flatMap(({ layer, finding }) =>
    finding.hits.filter(({ kind }) => kind !== "cluster").map(({ feature }) => [layer, feature]),
  );
  const address = new URLSearchParams(location.search);
  address.delete(NAME);
  if (opened.length) address.set(NAME, `${opened[0][0].definition.id}/${opened[0][1].id}`);
  const query = address.toString().replaceAll("%2C", ",").replaceAll("%2F", "/").replaceAll("%3A", ":");
  history.replaceState(null, "", query ? `?${query}` : location.pathname);
}

// Opens what the address says was open, once its tile is there. `open` takes a place.
export function openFromAddress(map, shownLayers, open, announce) {
  const target = /^([a-z][a-z0-9_]*)\/(\d{1,16})$/.exec(new URLSearchParams(location.search).get(NAME) ?? "");
  if (!target) return;
  const started = Date.now();
  let isOpened = false;
  map.once("cardopen", () => (isOpened = true));
  const look = () => {
    if (isOpened) return; // the reader was faster
    const layer = shownLayers().find(({ definition }) => definition.id === currentId(target[1], shownLayers()));
    const shape = layer && shapeOf(layer, Number(target[2]));
    if (shape) {
      open(shape.place ? L.latLng(shape.place[1], shape.place[0]) : map.getCenter());
      return;
    }
    const { loading, failed } = layer?.states() ?? { loading: 0, failed: 0 };
    const isAwaited = loading + failed > 0;
    const isLoaded = layer?.tiles.size > 0 && !isAwaited;
    if (!isLoaded && Date.now() - started < WAIT) setTimeout(look, 100);
    else if (!isAwaited) announce(map.words.openGone);
  };
  setTimeout(look, 0);
}

function shapeOf(layer, id) {
  const shapes = [...layer.tiles.values()].flatMap((tile) => tile.shapes);
  return shapes.find(({ kind, feature }) => kind !== "cluster" && feature.id === id);
}
