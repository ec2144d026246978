// Public requests on the map: symbols by state, numbers where many are close together, and areas. The
// card tells of those at a place, and the panel lists those in view.

import Supercluster from "supercluster";
import { OUT, placeIn } from "./answer/rings.js";
import { drawing } from "./map/drawing.js";
import { element, fill } from "./map/dom.js";
import { nodesOf } from "./map/marks.js";

const PANE = "requests";
const HEIGHT = 590; // above the city's layers, below the card's pin
const TILE = 256; // CSS pixels
const APART = 40; // CSS pixels between two symbols
const SIZE = 29; // CSS pixels
const REACH = 20; // CSS pixels around a place within which a symbol is meant
const ROOM = 0.2; // of the view, around it
const MOST_TOLD = 10;
const MOST_LISTED = 20;

globalThis.bosai.requestLayer = (map, library, row, config) => new RequestLayer(map, library, row, config);

class RequestLayer {
  constructor(map, library, row, config) {
    this.map = map;
    this.library = library;
    this.row = row;
    this.config = config;
    this.features = [];
    this.drawn = []; // {place, feature} or {place, cluster, count}
    this.group = library.layerGroup();
    this.list = row.querySelector("[data-requests=list]");
    map.createPane(PANE).style.zIndex = HEIGHT;
    this.draw = this.draw.bind(this);
    this.tell = this.tell.bind(this);
    this.list.addEventListener("toggle", () => this.fillList());
  }

  // Returns what is on the map, in words.
  async load() {
    const { data, words } = this.config;
    const response = await fetch(data);
    if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
    const { features, numberMatched: total } = await response.json();
    this.features = features;
    this.index = new Supercluster({ radius: APART, extent: TILE, maxZoom: this.map.getMaxZoom() });
    this.index.load(features.map((feature) => ({ type: "Feature", geometry: pointOf(feature), properties: { feature } })));
    const count = features.length;
    if (!count) return words.none;
    return count < total ? fill(words.some, { count, total }) : fill(words.shown, { count });
  }

  add() {
    this.map.on("moveend", this.draw).on("telling", this.tell);
    this.group.addTo(this.map);
    this.draw();
  }

  remove() {
    this.map.off("moveend", this.draw).off("telling", this.tell);
    this.group.clearLayers().remove();
  }

  draw() {
    const { map, group, library } = this;
    const bounds = map.getBounds().pad(ROOM);
    const box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    this.drawn = this.index.getClusters(box, map.getZoom()).map(({ geometry, properties }) => {
      const [longitude, latitude] = geometry.coordinates;
      const place = library.latLng(latitude, longitude);
      const { feature, cluster_id: cluster, point_count: count } = properties;
      return feature ? { place, feature } : { place, cluster, count };
    });
    group.clearLayers();
    for (const each of this.drawn) {
      const ring = each.feature && ringOf(each.feature);
      if (ring) group.addLayer(this.areaOf(ring, each.feature));
      group.addLayer(this.markerOf(each));
    }
    this.fillList();
  }

  areaOf(ring, { properties }) {
    const color = this.config.colors[properties.state];
    const corners = ring.map(([longitude, latitude]) => [latitude, longitude]);
    return this.library.polygon(corners, { color, weight: 3, fillOpacity: 0.15, dashArray: "8 5", interactive: false, pane: PANE });
  }

  // Silent: a click goes to the map, whose card tells of all that is there.
  markerOf({ place, feature, count }) {
    const html = feature ? this.symbolOf(feature) : numberSymbol(count);
    const icon = this.library.divIcon({ className: "request", html, iconSize: [SIZE, SIZE] });
    return this.library.marker(place, { icon, pane: PANE, interactive: false, keyboard: false });
  }

  // As the legend has it.
  symbolOf({ properties }) {
    return this.row.querySelector(`[data-state=${properties.state}] svg`).cloneNode(true);
  }

  // Adds a section to what the card will tell of `asked.place`: of symbols that are tapped before what
  // is known of the place, of areas around it after that. Where one request is meant, its place is.
  tell(asked) {
    const { map } = this;
    const at = map.latLngToContainerPoint(asked.place);
    const isNear = ({ place }) => map.latLngToContainerPoint(place).distanceTo(at) <= REACH;
    const isAround = ({ feature }) => {
      const ring = feature && ringOf(feature);
      return ring && placeIn([asked.place.lng, asked.place.lat], ring) !== OUT;
    };
    const hits = this.drawn.filter((each) => isNear(each) || isAround(each));
    const features = hits.flatMap(({ feature, cluster }) => feature ?? this.featuresOf(cluster));
    if (!features.length) return;
    const total = hits.reduce((sum, { count = 1 }) => sum + count, 0);
    const meant = hits.filter(isNear);
    if (meant.length === 1) asked.at = meant[0].place;
    const sections = meant.length ? asked.tapped : asked.added;
    sections.push(this.section(features.slice(0, MOST_TOLD), total));
  }

  featuresOf(cluster) {
    return this.index.getLeaves(cluster, MOST_TOLD).map(({ properties }) => properties.feature);
  }

  section(features, total) {
    const { words } = this.config;
    const more = total - features.length;
    return element(
      "section",
      { class: "card-section" },
      element("h3", {}, words.heading),
      element("ul", { class: "rows" }, ...features.map((feature) => this.item(feature))),
      more > 0 ? element("p", {}, fill(words.more, { count: more })) : null,
      element("p", { class: "card-small" }, words.meaning),
    );
  }

  // Its title leads to its page; its state is a symbol and a word.
  item(feature) {
    const { states, query } = this.config;
    const { href, kind, state, title } = feature.properties;
    const symbol = this.symbolOf(feature);
    const name = element("span", { dir: "auto" });
    name.textContent = title;
    const words = element("span", {}, name, " ", element("small", {}, states[kind][state]));
    return element("li", {}, element("a", { class: "in-view-button", href: href + query }, symbol, words));
  }

  fillList() {
    const { config, features, list, map } = this;
    if (!list.open) return;
    const bounds = map.getBounds();
    const inView = features.filter(({ properties }) => bounds.contains([properties.latitude, properties.longitude]));
    const more = inView.length - MOST_LISTED;
    list.querySelector("ul").replaceChildren(...inView.slice(0, MOST_LISTED).map((feature) => this.item(feature)));
    const { words } = config;
    const note = (more > 0 && fill(words.more, { count: more })) || (inView.length ? "" : words.noneInView);
    list.querySelector(".in-view-note").replaceChildren(...nodesOf(note));
  }
}

const pointOf = ({ properties }) => ({ type: "Point", coordinates: [properties.longitude, properties.latitude] });
const ringOf = ({ geometry }) => (geometry.type === "Polygon" ? geometry.coordinates[0] : null);

function numberSymbol(count) {
  const text = drawing("text", { y: 4.5, fill: "#fff", "text-anchor": "middle", "font-size": count < 1000 ? 12 : 9, "font-weight": 700 });
  text.textContent = count;
  return drawing(
    "svg",
    { viewBox: "-14.5 -14.5 29 29", width: SIZE, height: SIZE, "aria-hidden": "true" },
    drawing("rect", { x: -13, y: -11, width: 26, height: 22, rx: 6, fill: "#16385c", stroke: "#fff", "stroke-width": 2 }),
    text,
  );
}
