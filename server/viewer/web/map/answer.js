// What the service knows of a place: asked for when the card opens, and said to be missing when it is.

import { askHere } from "./ask_here.js";
import { element, fill } from "./dom.js";
import { onDemand } from "./feature_block.js";
import { hereLink } from "./here_link.js";
import { plain } from "./marks.js";
import { switchOn } from "./search_result.js";
import { Statements } from "./statements.js";

const MOST_DISASTERS = 2; // requests for one place

export class PlaceAnswer {
  // `told`: {place, radius, zones, meanwhile, said, isDoubtSaid}. `zones` are [{layer, finding}, …] of the
  // hazard layers that were tapped, which `meanwhile`, elements, tell of until the answer is there;
  // `said` cautions that the card holds already, and `isDoubtSaid` whether it says how far the place
  // may be off.
  constructor(told, map) {
    this.told = told;
    this.map = map;
    this.part = element("div", { class: "card-answer" });
    this.requests = 0;
    const askAgain = () => (this.part.isConnected ? this.fill() : map.off("disasters", askAgain));
    map.on("disasters", askAgain);
    this.fill();
  }

  async fill() {
    const { part, map, told } = this;
    const { words, answeredDisasters: wanted, here } = map;
    const { place, radius, meanwhile } = told;
    const nth = (this.requests += 1);
    part.setAttribute("aria-busy", "true");
    part.replaceChildren(...meanwhile, element("p", { role: "status" }, words.loadingHere));
    const position = { latitude: place.lat, longitude: place.lng, radius };
    const answers = await ask(position, wanted.slice(0, MOST_DISASTERS), here);
    if (nth < this.requests) return;
    part.removeAttribute("aria-busy");
    if (!answers) {
      part.replaceChildren(...meanwhile, ...this.failure());
      return;
    }
    const [{ near }] = answers;
    if (near && part.isConnected) map.card.head(fill(words.near, { places: near }));
    part.replaceChildren(...sections(answers, wanted, told, map));
  }

  failure() {
    const { words, card } = this.map;
    const again = element("button", { type: "button", class: "button" }, words.retry);
    again.addEventListener("click", () => {
      card.focus();
      this.fill();
    });
    return [element("p", { class: "card-failed", role: "status" }, words.notLoadedHere), again];
  }
}

// One answer for each disaster, or one without any; null where one of them does not come.
async function ask(place, disasters, here) {
  const asked = disasters.length ? disasters : [""];
  try {
    return await Promise.all(
      asked.map((hazard) => askHere(hereLink(here, place, { hazard, f: "json", marks: 1 }))),
    );
  } catch {
    return null;
  }
}

// `wanted` are the disasters that the map is about: of the first ones there are answers.
function sections(answers, wanted, { zones, said, isDoubtSaid }, map) {
  const { words, disasterNames } = map;
  const [answer] = answers;
  const status = element("p", { class: "visually-hidden", role: "status" });
  const statements = new Statements(map, said, (name, place, layer) => {
    switchOn(layer);
    map.card.aimAt(place);
    status.textContent = plain(fill(words.shown, { title: name }));
  });
  const tappedOf = (statement) => zones.find(({ layer }) => layer.definition.id === statement.layer);
  const titleOf = ({ title }, disaster) =>
    disaster ? fill(words.ofName, { name: disasterNames[disaster], said: title }) : title;
  const unanswered = wanted.slice(MOST_DISASTERS).map((each) => disasterNames[each]);
  const listed = new Intl.ListFormat(map.lang).format(unanswered);
  return [
    ...notesOf(answer, isDoubtSaid).map((note) => element("p", { class: "card-notice" }, note)),
    ...answer.hazards.map((each) => statements.hazard(each, tappedOf(each))),
    answer.hazards.length ? null : element("p", {}, words.noHazards),
    ...answers.flatMap(({ sites }, index) =>
      sites.map((each) => statements.places(each, titleOf(each, wanted[index]))),
    ),
    listed ? element("p", {}, fill(words.otherDisasters, { disasters: listed })) : null,
    answer.facilities.length
      ? onDemand(words.nearby, answer.facilities.map((each) => statements.places(each, each.title)))
      : null,
    answer.review ? element("p", { class: "card-small" }, answer.review) : null,
    status,
  ].filter(Boolean);
}

// The first says that the place is outside the city, where it is; the last how far it may be off.
const notesOf = ({ in_city: isInCity, notes }, isDoubtSaid) =>
  isDoubtSaid ? notes.slice(0, isInCity ? 0 : 1) : notes;
