// Findings in words: the twin of `_Statements` in server/pages/here.py. Which words, Python says.

import { filled } from "../map/fill.js";
import { longInstant } from "../map/instant.js";

export class Statements {
  // `words` are those of one language, as server/pages/here_words.py hands them over; `openings` are
  // the states of shelters (openings.js).
  constructor(words, openings) {
    this.words = words;
    this.openings = openings;
  }

  ofHazard(layer, { state, zones, names }) {
    const remark = layer.remarks[state];
    const classes = zones.map((zone) => this.zone(layer, zone));
    const lines = [...remark.lines, ...classes.map((zone) => this.zoneLine(zone))];
    if (names.length) {
      lines.push(this.say("rivers", { names: this.joined("comma", names.map((name) => this.data(name))) }));
    }
    return statement(layer, state, remark, { lines, zones: classes });
  }

  zone(layer, { code, name, original }) {
    return {
      ...(code === null ? layer.unclassed : layer.zones[code]),
      original: original ? this.data(original) : "",
      name: name ? this.data(name) : "",
    };
  }

  zoneLine({ label, meaning, original, name }) {
    const notes = meaning ? [meaning] : [];
    if (original !== "" && original !== label) notes.push(this.say("original", { original }));
    let line = label;
    if (notes.length) line = this.say("meaning", { depth: line, meaning: this.joined("semicolon", notes) });
    return name ? this.say("ofName", { name, said: line }) : line;
  }

  // `file` is the layer's own, which has the names and numbers of its places.
  ofNearest(layer, file, disaster, { places, isRefused, further, uncertain }) {
    let state = places.length ? "found" : "none";
    if (file.valid !== null && disaster === null) state = "choose";
    const listed = places.map((place) => this.place(layer, file, place));
    const lines = listed.map((place) => this.placeLine(layer, place));
    if (further) {
      listed.push(this.place(layer, file, further));
      lines.push(this.furtherLine(layer, listed.at(-1)));
    } else if (isRefused) lines.push(this.say("noneFurther"));
    if (uncertain) lines.push(this.say("uncertain", { count: uncertain }));
    const remark = layer.remarks[`${state}/${disaster}`] ?? layer.remarks[state];
    const caution = listed.length && layer.opens ? this.openingsCaution() : "";
    const cautions = caution ? [...remark.cautions, caution] : remark.cautions;
    return statement(layer, state, { ...remark, cautions }, { lines, places: listed });
  }

  // Whether it is open before all else.
  placeLine(layer, place) {
    const line = this.say("place", place);
    const { opening } = place;
    if (!opening) return line;
    const state = this.say("stated", { state: opening.label, instant: this.instant(opening.set_at) });
    const said = this.say("before", { state, said: line });
    return opening.note ? this.say("noted", { said, note: this.data(opening.note) }) : said;
  }

  // Of a place that is offered since those before it turn people away.
  furtherLine(layer, place) {
    const line = this.say("further", { said: this.placeLine(layer, place) });
    return place.opening ? line : this.say("unknown", { said: line });
  }

  isRefusing(layer, id) {
    return this.words.refusing.includes(this.known(layer, id)?.state);
  }

  known(layer, id) {
    return layer.opens ? this.openings.of(layer.layer, id) : null;
  }

  opening(layer, id) {
    const known = this.known(layer, id);
    if (!known) return null;
    const { state, set_at: setAt, note } = known;
    return { state, label: this.words.shelterStates[state], set_at: setAt, note };
  }

  openingsCaution() {
    const { checkedAt, isCurrent } = this.openings;
    if (isCurrent) return "";
    if (!checkedAt) return this.say("neverChecked");
    return this.say("unchecked", { instant: this.instant(checkedAt) });
  }

  instant(instant) {
    return longInstant(instant, this.words.instant);
  }

  place(layer, file, { feature, longitude, latitude, metres, azimuth }) {
    const { rules, directions } = this.words;
    const minutes = Math.max(1, Math.ceil((metres * rules.detour) / rules.metresPerMinute));
    const name = file.name[feature];
    return {
      id: file.id[feature],
      name: name === null ? layer.title : (layer.names[name] ?? this.named(name, file.forms, feature)),
      metres: Math.round(metres),
      azimuth: Math.round(azimuth),
      distance: this.distance(metres),
      direction: directions[Math.round(azimuth / 45) % 8],
      walk: this.say("walk", { count: minutes }),
      latitude,
      longitude,
      telephone: file.telephone[feature],
      opening: this.opening(layer, file.id[feature]),
    };
  }

  distance(metres) {
    if (metres < 1000) return this.say("metres", { count: Math.max(10, Math.floor(metres / 10 + 0.5) * 10) });
    const tenths = Math.floor(metres / 100 + 0.5);
    const count = `${Math.floor(tenths / 10)}${this.words.decimal}${tenths % 10}`;
    return this.say("kilometres", { count });
  }

  notes(radius, inCity) {
    const notes = inCity ? [] : [this.say("elsewhere")];
    if (radius) notes.push(this.say("inexact", { distance: this.distance(radius) }));
    return notes;
  }

  near(names) {
    return this.joined("comma", names.map((name) => this.data(name)));
  }

  say(phrase, values = {}) {
    return filled(this.words.phrases[phrase], values, this.words.tag);
  }

  joined(phrase, texts) {
    return texts.join(this.words.phrases[phrase]);
  }

  // A name beside the form of it that readers of the language know best, as `name_beside` in
  // server/texts writes it.
  named(name, forms, feature) {
    const formOf = ([tag]) => forms[tag]?.[feature] || name;
    const best = this.words.nameForms.find((each) => formOf(each) !== name);
    return best ? filled(best[1], { name, form: formOf(best) }, this.words.tag) : this.data(name);
  }

  data(name) {
    return this.say("data", { name });
  }
}

// What a sample says.
export const silence = (layer) => statement(layer, "sample", layer.remarks.sample, {});

function statement({ layer, title, source, date }, state, { text, lines: remarks, cautions }, more) {
  return { layer, title, state, text, source, date, lines: remarks, places: [], cautions, zones: [], ...more };
}
