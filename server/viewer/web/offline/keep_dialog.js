// The dialog "Save this map on this device", as the page has it: its parts, and what it shows when.

import { nodesOf } from "../map/marks.js";

export class KeepDialog {
  // `left` is called when it was closed.
  constructor(left) {
    this.dialog = document.getElementById("keep");
    this.left = () => {
      this.dialog.hidden = true;
      left();
    };
    this.dialog.addEventListener("close", this.left);
    this.onPress("close", () => (this.dialog.close ? this.dialog.close() : this.left()));
  }

  open() {
    this.dialog.hidden = false;
    if (this.dialog.showModal) this.dialog.showModal();
    else this.dialog.setAttribute("open", "");
  }

  part(name) {
    return this.dialog.querySelector(`[data-part=${name}]`);
  }

  onPress(name, press) {
    this.part(name).addEventListener("click", press);
  }

  write(name, text) {
    this.part(name).replaceChildren(...nodesOf(text));
  }

  // Parts name the states that they are there for.
  show(state) {
    for (const part of this.dialog.querySelectorAll("[data-when]")) {
      part.hidden = !part.dataset.when.split(" ").includes(state);
    }
  }

  progress(share) {
    this.part("progress").value = share;
    this.part("percent").textContent = `${Math.floor(share * 100)} %`;
  }
}
