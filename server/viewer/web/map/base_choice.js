// The choice of what lies under the layers: the bundled base alone, or an online one over it.

const BUNDLED = "bundled";

// `status` says what could not be loaded; `changed` is called after each choice.
export class BaseChoice {
  constructor(map, bases, status, changed) {
    this.map = map;
    this.bases = bases;
    this.changed = changed;
    this.name = BUNDLED;
    bases[BUNDLED]
      .addTo(map)
      .catch(() => status.message(map.words.bundledFailed))
      .then(status.baseSettled);
    for (const radio of document.querySelectorAll("input[name=base]")) {
      radio.addEventListener("change", () => {
        status.message("");
        this.choose(radio.value);
      });
      bases[radio.value].on?.("unreachable", () => {
        this.choose(BUNDLED);
        status.message(map.words.baseFailed);
      });
    }
  }

  // The online base; null where there is none.
  online() {
    return this.name === BUNDLED ? null : this.name;
  }

  // A name that is none of a base stands for the bundled one.
  choose(name) {
    if (this.online()) this.bases[this.name].remove();
    this.name = Object.keys(this.bases).includes(name) ? name : BUNDLED;
    if (this.online()) this.bases[this.name].addTo(this.map);
    document.querySelector(`input[name=base][value=${this.name}]`).checked = true;
    this.map.getContainer().classList.toggle("has-online-base", this.online() !== null);
    this.changed();
  }
}
