// A click, a tap, a long press, or Enter on the focused map tells what is there, or zooms in where the
// symbol seen there is a cluster.

import * as L from "./leaflet.js";
import { closerZoom, zoomInto } from "./clusters.js";
import { DOUBT } from "./doubt.js";
import { inspect } from "./inspect.js";
import { keepOpened, openFromAddress } from "./opened.js";
import { placeSections } from "./tapped.js";
import { wordsOf } from "./telling.js";

// CSS pixels around a finger or a pointer within which a symbol is meant.
const FINGER = 16;
const POINTER = 6;
const AGAIN = 200; // milliseconds from one look at what is loading to the next

// `announce` takes words for those who do not see the map move. Returns what opens a feature that was
// chosen elsewhere: its layer, {shape, place()} and what takes the focus back.
export function openOnRequest(map, shownLayers, announce) {
  const opening = new Opening(map, shownLayers, announce);
  openOnPress(map, opening);
  openOnEnter(map, opening);
  markKeyboardUse(map.getContainer());
  openFromAddress(map, shownLayers, (place) => opening.open(place, POINTER), announce);
  return (layer, feature, giveBack) => opening.openFeature(layer, feature, giveBack);
}

function openOnPress(map, opening) {
  map.on("click", ({ latlng, originalEvent }) => {
    // The second click of two means to zoom, at a place that the first may have moved.
    if (originalEvent.detail > 1) return;
    opening.open(latlng, originalEvent.pointerType === "touch" ? FINGER : POINTER);
  });
  // A long press, and the other button of a mouse: of the place, also where a cluster is.
  map.on("contextmenu", ({ latlng }) => opening.tell(latlng, FINGER));
}

function openOnEnter(map, opening) {
  const container = map.getContainer();
  container.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== container) return;
    event.preventDefault();
    opening.open(map.getCenter(), FINGER);
    if (map.card.isOpen()) map.card.focus();
  });
}

// Leaflet focuses the map on every click: the crosshair is only for those who came by keyboard.
function markKeyboardUse(container) {
  const mark = (keyed) => () => container.classList.toggle("is-keyed", keyed);
  document.addEventListener("keydown", mark(true), { capture: true });
  document.addEventListener("pointerdown", mark(false), { capture: true });
}

class Opening {
  constructor(map, shownLayers, announce) {
    this.map = map;
    this.card = map.card;
    this.shownLayers = shownLayers;
    this.announce = announce;
    map.on("cardclose", () => keepOpened(null));
  }

  open(place, reach) {
    // The first layer of the list lies above the others.
    const uppermost = this.findingsAt(place, reach).find(({ finding }) => finding.top !== null);
    const { layer, finding } = uppermost ?? {};
    if (finding?.top.kind === "cluster" && closerZoom(layer, this.map)) this.enlarge(finding.top, layer);
    else this.tell(place, reach);
  }

  openFeature(layer, { shape, place }, giveBack) {
    if (shape.kind === "cluster" && closerZoom(layer, this.map)) {
      this.enlarge(shape, layer);
      return;
    }
    const middle = place();
    const findings = this.findingsAt(middle, 0);
    const own = findings.find((each) => each.layer === layer).finding;
    if (!own.hits.some(({ feature }) => feature.id === shape.feature.id)) own.hits.unshift(shape);
    this.show(findings, shape.place ? shape : null, middle, giveBack);
    this.card.focus();
  }

  tell(place, reach) {
    const findings = this.findingsAt(place, reach);
    const symbol = findings.flatMap(({ finding }) => finding.hits).find((hit) => hit.place);
    const words = this.show(findings, symbol, place);
    keepOpened(findings);
    if (findings.some(isLoading)) setTimeout(() => this.tellAgain(words, place, reach), AGAIN);
  }

  // What was loading there is told of once it has come, as long as the card says the same.
  tellAgain(words, place, reach) {
    if (!this.card.shows(words)) return;
    if (this.findingsAt(place, reach).some(isLoading)) {
      setTimeout(() => this.tellAgain(words, place, reach), AGAIN);
    } else this.tell(place, reach);
  }

  enlarge(cluster, layer) {
    this.card.close();
    this.announce(zoomInto(cluster, layer, this.map));
  }

  // The card is about `symbol`, where one was meant, else about `pressed`. What is no layer of the city
  // adds its sections, and may say which place was meant.
  show(findings, symbol, pressed, giveBack) {
    const { map } = this;
    const asked = { place: pressed, tapped: [], added: [], at: null };
    map.fire("telling", asked);
    const place = symbol ? L.latLng(symbol.place[1], symbol.place[0]) : (asked.at ?? pressed);
    const isZones = ({ layer }) => layer.definition.hazard !== null;
    const others = findings.filter((each) => !isZones(each));
    const isTold = ({ layer, finding }) => finding.hits.length > 0 && !layer.definition.sample;
    const words = wordsOf(
      place,
      {
        radius: symbol?.feature.properties[DOUBT] ?? 0,
        tapped: [...placeSections(others, map, (cluster, layer) => this.enlarge(cluster, layer)), ...asked.tapped],
        added: asked.added,
        zones: findings.filter(isZones),
        reported: told(others)[0] ?? null,
        said: others.filter(isTold).map(({ layer }) => layer.definition.notice),
      },
      map,
    );
    this.card.show(place, words, { giveBack });
    return words;
  }

  findingsAt(place, reach) {
    return this.shownLayers().map((layer) => ({ layer, finding: inspect(layer, this.map, place, reach) }));
  }
}

// [{layer, feature, revision}, …] by id: the single places that may be spoken of.
const told = (findings) =>
  findings
    .filter(({ layer }) => !layer.definition.sample)
    .flatMap(({ layer, finding }) =>
      finding.hits
        .filter(({ kind }) => kind === "point")
        .map(({ feature }) => ({
          layer: layer.definition.id,
          feature: feature.id,
          revision: layer.definition.revision,
        })),
    );

const isLoading = ({ finding }) => finding.state === "loading";
