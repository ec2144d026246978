// The dialog "Save this map on this device", as the page has it: its parts, and what it shows when.

import { Dialog } from "../map/dialog.js";
import { nodesOf } from "../map/marks.js";

export class KeepDialog {
  // `left` is called when it was closed.
  constructor(left) {
    this.dialog = new Dialog(document.getElementById("keep"), left);
    this.onPress("close", () => this.dialog.close());
  }

  open() {
    this.dialog.open();
  }

  part(name) {
    return this.dialog.node.querySelector(`[data-part=${name}]`);
  }

  onPress(name, press) {
    this.part(name).addEventListener("click", press);
  }

  write(name, text) {
    this.part(name).replaceChildren(...nodesOf(text));
  }

  // Parts name the states that they are there for.
  show(state) {
    for (const part of this.dialog.node.querySelectorAll("[data-when]")) {
      part.hidden = !part.dataset.when.split(" ").includes(state);
    }
  }

  progress(share) {
    this.part("progress").value = share;
    this.part("percent").textContent = `${Math.floor(share * 100)} %`;
  }
}
