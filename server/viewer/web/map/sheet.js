// On a small screen the panel is a sheet at the bottom with three heights: its handle and the legend in
// a line, half of the map's room, and all of it. Else it is always open.

import { backCloses } from "./back.js";

const HEIGHTS = ["low", "half", "full"];
const TAP = 6; // CSS pixels that a finger may move and still taps

// Returns what closes an open sheet, so that the map has room; that returns what opens it again.
export function handleSheet() {
  const sheet = new Sheet(document.getElementById("layer-panel"));
  return () => {
    const before = sheet.isSheet() ? sheet.height : "low";
    if (before !== "low") sheet.set("low");
    return () => before !== "low" && sheet.set(before);
  };
}

class Sheet {
  constructor(panel) {
    this.panel = panel;
    this.handle = panel.querySelector(".panel-handle");
    this.enlarge = panel.querySelector("[data-sheet-size]");
    this.height = "low";
    this.opened = backCloses(() => this.set("low"));
    this.isDragged = false;
    this.handle.addEventListener("click", () => {
      if (!this.isDragged) this.set(this.height === "low" ? "half" : "low");
    });
    this.handle.addEventListener("keydown", (event) => this.onKey(event));
    this.handle.addEventListener("pointerdown", (event) => this.drag(event));
    this.enlarge.addEventListener("click", () => this.set(this.height === "full" ? "half" : "full"));
    panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.height === "low") return;
      this.set("low");
      this.handle.focus();
    });
    // The link that skips to the panel must find it open.
    panel.addEventListener("focus", () => this.isSheet() && this.set("half"));
    this.set("low");
  }

  isSheet() {
    return this.handle.offsetParent !== null;
  }

  set(height) {
    this.height = height;
    this.panel.dataset.height = height;
    this.handle.setAttribute("aria-expanded", String(height !== "low"));
    this.enlarge.setAttribute("aria-pressed", String(height === "full"));
    this.opened(height !== "low");
  }

  onKey(event) {
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const index = HEIGHTS.indexOf(this.height) + step;
    this.set(HEIGHTS[Math.min(Math.max(index, 0), HEIGHTS.length - 1)]);
  }

  // The sheet follows the pointer, and stays at the height that is nearest where it is let go.
  drag({ clientY: start, pointerId }) {
    const { panel, handle } = this;
    const before = panel.offsetHeight;
    this.isDragged = false;
    handle.setPointerCapture(pointerId);
    const move = ({ clientY }) => {
      if (!this.isDragged && Math.abs(clientY - start) < TAP) return;
      this.isDragged = true;
      panel.classList.add("is-dragged");
      panel.style.setProperty("--dragged", `${Math.max(before + start - clientY, handle.offsetHeight)}px`);
    };
    const end = ({ type, clientY }) => {
      for (const [name, listener] of listeners) handle.removeEventListener(name, listener);
      if (!this.isDragged) return;
      panel.classList.remove("is-dragged");
      panel.style.removeProperty("--dragged");
      if (type === "pointerup") this.set(this.nearest(before + start - clientY));
    };
    const listeners = [["pointermove", move], ["pointerup", end], ["pointercancel", end]];
    for (const [name, listener] of listeners) handle.addEventListener(name, listener);
  }

  nearest(height) {
    const share = height / this.panel.parentElement.offsetHeight;
    if (share < 0.25) return "low";
    return share < 0.7 ? "half" : "full";
  }
}
