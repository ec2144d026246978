// The choice of what lies under the layers: the bundled base alone, or an online one over it.

import { nodesOf } from "./marks.js";
import { placeLine } from "./place_line.js";

const BUNDLED = "bundled";
const ONLINE = "pale";
const CLOSE = 16; // the zoom from which the bundled base has little to show

// `usual` is the base that is shown without any word. `status` says what could not be loaded;
// `changed` is called after each choice.
export class BaseChoice {
  constructor(map, bases, usual, status, changed) {
    Object.assign(this, { map, bases, usual, changed });
    this.name = BUNDLED;
    this.offer = document.getElementById("online-offer");
    bases[BUNDLED]
      .addTo(map)
      .then((features) => placeLine(map, features, bases[BUNDLED].landmarks))
      .catch(() => status.message(map.words.bundledFailed))
      .then(status.baseSettled);
    for (const radio of document.querySelectorAll("input[name=base]")) {
      const base = bases[radio.value];
      radio.addEventListener("change", () => {
        status.message("");
        this.choose(radio.value);
      });
      base.on?.("unreachable", () => {
        this.choose(BUNDLED);
        status.message(map.words.baseFailed);
      });
      base.on?.("incomplete", () => status.message(map.words.basePartly));
    }
    this.offer.addEventListener("click", () => {
      status.message("");
      this.choose(this.online() ? BUNDLED : ONLINE);
    });
    map.on("zoomend", () => this.showOffer());
  }

  // The online base; null where there is none.
  online() {
    return this.name === BUNDLED ? null : this.name;
  }

  // What an address has to say for the same base; null for the usual one.
  inAddress() {
    return this.name === this.usual ? null : this.name;
  }

  // A name that is none of a base stands for the usual one.
  choose(name) {
    if (this.online()) this.bases[this.name].remove();
    this.name = Object.keys(this.bases).includes(name) ? name : this.usual;
    if (this.online()) this.bases[this.name].addTo(this.map);
    document.querySelector(`input[name=base][value=${this.name}]`).checked = true;
    this.map.getContainer().classList.toggle("has-online-base", this.online() !== null);
    this.showOffer();
    this.changed();
  }

  // Close by, where the bundled base has little to show, an online one is one tap away.
  showOffer() {
    const { map, offer } = this;
    const isOnline = this.online() !== null;
    offer.hidden = map.getZoom() < CLOSE;
    offer.setAttribute("aria-pressed", String(isOnline));
    offer.replaceChildren(...nodesOf(isOnline ? map.words.leaveOnline : map.words.offerOnline));
  }
}
