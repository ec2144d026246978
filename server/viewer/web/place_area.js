// What draws an area on the map of the request form, by Terra Draw. Loaded when somebody draws.

import { TerraDraw, TerraDrawModeUndoRedo, TerraDrawPolygonMode, ValidateNotSelfIntersecting } from "terra-draw";
import { TerraDrawLeafletAdapter } from "terra-draw-leaflet-adapter";

const MODE = "polygon";
const DIGITS = 6; // of degrees: as layers/geometry/drawn_area.py

class Adapter extends TerraDrawLeafletAdapter {
  // The adapter's own writes a style sheet into the page, which its security policy refuses.
  createPaneStyleSheet(name, zIndex) {
    const { _map: map } = this;
    const pane = map.getPane(name) ?? map.createPane(name);
    pane.style.zIndex = 600 + zIndex;
    return { remove() {} };
  }

  // A corner as by a click at the place.
  addCorner({ lat, lng }) {
    const { x, y } = this.project(lng, lat);
    const click = { lng, lat, containerX: x, containerY: y, button: "left", heldKeys: [], isContextMenu: false };
    this._currentModeCallbacks.onMouseMove(click);
    this._currentModeCallbacks.onClick(click);
  }
}

// `changed` is called when corners come or go, `finish` when the first corner is chosen again.
globalThis.bosaiDrawing = (map, lib, { outline, fill }, changed, finish) => {
  const adapter = new Adapter({ map, lib, coordinatePrecision: DIGITS });
  const point = { Width: 6, Color: "#ffffff", OutlineColor: outline, OutlineWidth: 3 };
  const styled = (name) => Object.fromEntries(Object.entries(point).map(([key, value]) => [`${name}Point${key}`, value]));
  const mode = new TerraDrawPolygonMode({
    keyEvents: null, // the form's buttons and Enter do as much
    // Whether what is drawn is an area the form decides, and drawing goes on if it is none.
    validation: (_feature, { updateType }) => {
      if (updateType === "finish") queueMicrotask(finish);
      return { valid: updateType !== "finish" };
    },
    showCoordinatePoints: true,
    pointerDistance: 20, // CSS pixels: a finger
    styles: {
      fillColor: fill,
      fillOpacity: 0.3,
      outlineColor: outline,
      outlineWidth: 3,
      ...styled("coordinate"),
      ...styled("closing"),
      closingPointColor: fill,
    },
  });
  const draw = new TerraDraw({ adapter, modes: [mode], undoRedo: { modeLevel: new TerraDrawModeUndoRedo() } });
  let count = 0;
  const polygon = () => draw.getSnapshot().find(({ geometry }) => geometry.type === "Polygon");

  // Without the place under the pointer, which Terra Draw has as a corner too.
  function corners() {
    const { geometry, properties } = polygon() ?? {};
    if (!geometry) return [];
    const [ring] = geometry.coordinates;
    return ring.slice(0, properties.committedCoordinateCount);
  }

  draw.on("change", () => {
    const { length } = corners();
    if (length !== count) changed((count = length));
  });
  draw.start();
  draw.setMode(MODE);
  return {
    corners,
    addCorner: (place) => adapter.addCorner(place),
    undo: () => draw.undo(),
    isCrossing() {
      const ring = corners();
      return !ValidateNotSelfIntersecting({ geometry: { type: "Polygon", coordinates: [[...ring, ring[0]]] } }).valid;
    },
    stop: () => draw.stop(),
  };
};
