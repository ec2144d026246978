// The list of layers in the panel: a checkbox in a row for each, and what the row says of the zoom.

const rowOf = (box) => box.closest("[data-row]");

export class LayerList {
  constructor(map, layers) {
    this.map = map;
    this.byId = new Map(layers.map((layer) => [layer.definition.id, layer]));
    this.boxes = [...document.querySelectorAll("input[data-layer]")];
  }

  // The ids of the layers that are on, in the order of the list.
  ids() {
    return this.boxes.filter((box) => box.checked).map((box) => box.dataset.layer);
  }

  // `isOn` says of a layer's id, and of whether it is on now, whether it is to be.
  choose(isOn) {
    for (const box of this.boxes) box.checked = isOn(box.dataset.layer, box.checked);
  }

  // `changed` is called with the definition of a layer that its reader switched, and whether it is on.
  onSwitch(changed) {
    for (const box of this.boxes) {
      box.addEventListener("change", () => changed(this.layerOf(box).definition, box.checked));
    }
  }

  // Puts the layers that are on onto the map, and takes the others from it.
  show() {
    for (const box of this.boxes) {
      if (box.checked) this.layerOf(box).addTo(this.map);
      else this.layerOf(box).remove();
      rowOf(box).classList.toggle("is-on", box.checked);
    }
  }

  hintZooms() {
    const zoom = this.map.getZoom();
    for (const box of this.boxes) {
      const isHidden = this.layerOf(box).isHidden(zoom);
      const isClustered = this.layerOf(box).isClustered(zoom);
      const hint = (name) => rowOf(box).querySelector(`[data-${name}-hint]`);
      hint("zoom").hidden = !isHidden;
      hint("cluster").hidden = isHidden || !isClustered;
    }
  }

  layerOf(box) {
    return this.byId.get(box.dataset.layer);
  }
}
