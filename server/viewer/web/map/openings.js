// Whether shelters are open: what the city says of the moment, asked for again and again, since the
// page and its tiles are kept. It is drawn at the symbols and told in the card.

import { element, fill } from "./dom.js";
import { longInstant } from "./instant.js";
import { isCurrent } from "./openings_age.js";

const ADDRESS = "/shelters.json";
const AGAIN = 60_000; // milliseconds
const PATIENCE = 10_000; // milliseconds, after which what is known counts as old

// The states that the service told of last. One counts until it runs out; where the service does not
// tell, or says that it cannot, `isCurrent` is false.
export class Openings {
  constructor() {
    this.states = new Map();
    this.checkedAt = null;
    this.isCurrent = false;
    this.requests = 0;
    this.latest = 0;
  }

  // Keeps the symbols of `layers` as the states are; the map fires `openings` when one has changed.
  follow(map, layers) {
    const opening = layers.filter(({ definition }) => definition.opens);
    if (!opening.length) return;
    let shown = "";
    const look = async () => {
      await this.ask();
      const now = `${this.isCurrent} ${[...this.states.keys()].map((key) => `${key} ${this.find(key)?.state} ${this.find(key)?.set_at}`)}`;
      if (now === shown) return;
      shown = now;
      for (const layer of opening) layer.repaint();
      for (const legend of document.querySelectorAll("[data-openings]")) {
        legend.hidden = !this.hasAny(legend.dataset.openings);
      }
      map.fire("openings");
    };
    look();
    setInterval(() => document.hidden || look(), AGAIN);
    document.addEventListener("visibilitychange", () => document.hidden || look());
    addEventListener("online", look);
    addEventListener("offline", look);
  }

  async ask() {
    const nth = ++this.requests;
    const told = await fetch(ADDRESS, { signal: AbortSignal.timeout?.(PATIENCE) })
      .then((response) => (response.ok ? response.json() : null))
      .catch(() => null);
    if (nth < this.latest) return; // a later answer is known
    this.latest = nth;
    this.isCurrent = isCurrent(told);
    if (!told) return;
    this.checkedAt = told.checked_at;
    const states = told.features.map(({ properties, geometry }) => [
      keyOf(properties.layer, properties.feature),
      { ...properties, at: geometry.coordinates },
    ]);
    this.states = new Map(states);
  }

  // {state, note, set_at, at: [longitude, latitude], …} of a feature; undefined where it has none.
  of(layer, feature) {
    return this.find(keyOf(layer, feature));
  }

  find(key) {
    const state = this.states.get(key);
    return state && Date.parse(state.valid_until) > Date.now() ? state : undefined;
  }

  hasAny(layer) {
    return [...this.states].some(([key, properties]) => properties.layer === layer && this.find(key));
  }
}

const keyOf = (layer, feature) => `${layer}/${feature}`;

// In the card, of a feature: what is known, also when that comes later.
export function openingLines({ id }, definition, map) {
  if (!definition.opens || id === undefined) return null;
  const part = element("div", { class: "card-opening" });
  const write = () => part.replaceChildren(...linesOf(id, definition, map));
  const renew = () => {
    if (part.isConnected) write();
    else map.off("openings", renew);
  };
  map.on("openings", renew);
  write();
  return part;
}

function linesOf(id, { id: layer }, { openings, words, lang }) {
  const state = openings.of(layer, id);
  if (!state) return openings.hasAny(layer) ? [element("p", {}, words.shelter_unstated)] : [];
  const note = state.note && element("p", lang.startsWith("ja") ? {} : { lang: "ja" });
  if (note) note.textContent = state.note; // data: no character of it is a mark
  return [
    element("p", {}, element("strong", { class: `opening is-${state.state}` }, stated(state, words))),
    note,
    openings.isCurrent ? null : element("p", { class: "card-notice" }, unchecked(openings, words)),
  ].filter(Boolean);
}

// The state alone, for a list; null where there is none.
export function openingLabel({ id }, { id: layer, opens }, { openings, words }) {
  const state = opens && openings.of(layer, id);
  return state ? words[`shelter_${state.state}`] : null;
}

const stated = ({ state, set_at: instant }, words) =>
  fill(words.shelter_stated, { state: words[`shelter_${state}`], instant: longInstant(instant, words.shelter_instant) });

const unchecked = ({ checkedAt }, words) =>
  fill(words.shelter_unchecked, { instant: longInstant(checkedAt, words.shelter_instant) });
