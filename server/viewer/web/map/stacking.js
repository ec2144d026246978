// How layers lie over each other, and how strongly each is drawn. Each layer has a pane of its own.

// Panes from below to above: areas lie under the border and the names, symbols above them; a layer
// that is moved above one of a higher kind is lifted with it.
const LOWEST = { polygon: 300, line: 400, point: 450 };
const KINDS = ["point", "line", "polygon"];
const FULL = 1;

export class Stacking {
  // `layers` in the order of the panel.
  constructor(map, layers) {
    this.byId = new Map(layers.map((layer) => [layer.definition.id, layer]));
    this.usual = KINDS.flatMap((kind) => layers.filter(({ definition }) => definition.geometry === kind)).map(
      ({ definition }) => definition.id,
    );
    this.strengths = new Map();
    for (const { options } of layers) map.createPane(options.pane);
    this.panes = (id) => map.getPane(this.byId.get(id).options.pane);
    this.arrange([]);
  }

  // `ids` from above to below; a layer that is not among them comes before the first that usually
  // lies under it. What is no layer is left out.
  arrange(ids) {
    const order = [...new Set(ids)].filter((id) => this.byId.has(id));
    for (const [rank, id] of this.usual.entries()) {
      if (order.includes(id)) continue;
      const under = this.usual.slice(rank);
      const at = order.findIndex((other) => under.includes(other));
      order.splice(at < 0 ? order.length : at, 0, id);
    }
    this.order = order;
    let height = 0;
    for (const id of [...order].reverse()) {
      height = Math.max(LOWEST[this.byId.get(id).definition.geometry], height + 1);
      this.panes(id).style.zIndex = height;
    }
  }

  isUsual() {
    return this.order.every((id, rank) => id === this.usual[rank]);
  }

  // Exchanges a layer with the next one above (-1) or below (1) it among `shown`.
  move(id, by, shown) {
    const ids = this.order.filter((each) => shown.includes(each));
    const neighbour = ids[ids.indexOf(id) + by];
    const order = this.order.filter((each) => each !== id);
    order.splice(order.indexOf(neighbour) + (by > 0 ? 1 : 0), 0, id);
    this.arrange(order);
  }

  strength(id) {
    return this.strengths.get(id) ?? FULL;
  }

  // `share`: 0 to 1, of how strongly the layer is usually drawn.
  setStrength(id, share) {
    this.strengths.set(id, share);
    this.byId.get(id)?.setStrength(share);
  }
}
