// Finds places in the index that the service made: the same results as its page /search, by the
// same rules, which come with the index. See layers/query/search/find.py.

import { hitOf, placeFinder } from "./finder_around.js";
import { cityOf } from "./finder_city.js";
import { coordinatesIn } from "./finder_coordinates.js";
import { BEGINS, EXACT, grouped, ranking } from "./finder_rank.js";
import { sounds } from "./finder_sound.js";
import { townFinder } from "./finder_towns.js";

export function finder(index) {
  const { rules } = index;
  const tools = { ...sounds(rules), ...ranking(rules), accepts: rules.accepts };
  const { sound, keys, isCalled, inOrder } = tools;
  const city = cityOf(index);
  const townKeys = index.towns.map(([name, own, chome]) => {
    const readings = (index.readings[own] ?? []).map((reading) => reading + (chome ? `${chome}丁目` : ""));
    return keys([city.bare(name), ...readings]);
  });
  const kinds = index.places.map(prepared);
  const layers = index.layers.map(prepared);
  const samples = index.samples.map(prepared);
  const neighbours = index.neighbours.map((names) => ({ name: names[0], keys: keys(names) }));
  const towns = townFinder(index, townKeys, city, tools);
  const code = new RegExp(rules.code, "u");

  function prepared({ id, flags = [], terms, names }) {
    const placeKeys = names.map(([name, , , , , , , readings = []]) => keys([name, ...readings]));
    return { id, flags, places: names, keys: placeKeys, termKeys: keys(terms) };
  }

  // {groups: [{kind, layer, hits: [{name, longitude, latitude, doubt, feature, flags}], more}],
  // layers, samples: [id], elsewhere, noPostcodes}
  return function find(query) {
    const words = behindCode(query.normalize("NFKC").split(/\s+/u).filter(Boolean));
    const wanted = wantedOf(withoutCity(words));
    if (!wanted.words.length) return finding([]);
    const postcode = codeIn(query.normalize("NFKC").replace(/\s/gu, ""));
    if (postcode !== null) return ofPostcode(postcode);
    const text = words.join("");
    const answering = placeFinder(townKeys, wanted, tools);
    const ofKinds = kinds.map((kind) => grouped(kind.id, null, answering(kind), rules.most));
    const isBefore = ({ kind }) => rules.beforeLayers.includes(kind);
    const groups = inTheirOrder([
      { kind: "coordinates", layer: null, hits: coordinatesIn(query, rules), more: 0, quality: EXACT },
      grouped("town", null, towns.called(text), rules.most),
      ...ofKinds.filter(isBefore),
      ...layers.map((layer) => grouped("layer", layer, answering(layer), rules.most)),
      ...ofKinds.filter((group) => !isBefore(group)),
    ]);
    const called = (each) => each.filter(({ termKeys }) => isCalled(termKeys, wanted.whole)).map(({ id }) => id);
    const byKind = { layers: called(layers), samples: called(samples) };
    const isAnswered = groups.length + byKind.layers.length + byKind.samples.length > 0;
    const place = elsewhere(text, wanted, groups, isAnswered);
    const others = words.filter((word) => !index.cityWords.includes(sound(word)));
    const isRetried = !isAnswered && place === null && others.length > 0 && others.length < words.length;
    return isRetried ? find(others.join(" ")) : finding(groups, { ...byKind, elsewhere: place });
  };

  function wantedOf(words) {
    const heard = words.map(sound).filter(Boolean).map((word) => rules.readWords[word] ?? word);
    return { whole: heard.length > 1 ? sound(words.join("")) : heard.join(""), words: heard };
  }

  // The digits of a postcode, or of its beginning.
  function codeIn(text) {
    const match = code.exec(text);
    return match && match[1] + (match[2] || match[3] || "");
  }

  function behindCode(words) {
    return words.length > 1 && codeIn(words[0])?.length === rules.codeLength ? words.slice(1) : words;
  }

  function withoutCity(words) {
    const own = [index.city, index.prefecture, index.prefecture + index.city];
    const others = words.filter((word) => !own.includes(city.spelled(word)));
    return others.length ? others : words;
  }

  function ofPostcode(postcode) {
    const isWhole = postcode.length === rules.codeLength;
    const coded = ({ id, places, keys }) =>
      places
        .map((place, at) => ({ place, order: inOrder(keys[at][0][0]) }))
        .filter(({ place: [, , , , , , , , codes = []] }) => codes.some((own) => own.startsWith(postcode)))
        .map(({ place, order }) => ({ quality: isWhole ? EXACT : BEGINS, order, hit: hitOf(place) }));
    const groups = inTheirOrder([
      grouped("town", null, towns.coded(postcode), rules.most),
      ...kinds.map((kind) => grouped(kind.id, null, coded(kind), rules.most)),
    ]);
    const isOthers = isWhole && !groups.length && !index.otherPostcodes.includes(postcode);
    const name = `〒${postcode.slice(0, 3)}-${postcode.slice(3)}`;
    return finding(groups, {
      elsewhere: isOthers && index.hasPostcodes ? name : null,
      noPostcodes: !groups.length && !index.hasPostcodes,
    });
  }

  // The place outside the city that the text names.
  function elsewhere(text, { whole }, groups, isAnswered) {
    const neighbour = neighbours.find((each) => each.keys.some(([key]) => key === whole));
    if (neighbour) return neighbour.name;
    const place = city.elsewhere(text);
    if (!place || groups.some(({ quality }) => quality === EXACT)) return null;
    const isNeighbour = neighbours.some(({ name }) => place.name.endsWith(name));
    if (place.certain || isNeighbour) return place.name;
    const isMunicipality = index.towns.length > 0 || /[市区]$/u.test(place.name);
    return isMunicipality && !isAnswered ? place.name : null;
  }
}

const inTheirOrder = (groups) =>
  groups.filter(({ hits }) => hits.length).sort((a, b) => a.quality - b.quality);

function finding(groups, others = {}) {
  return { groups, layers: [], samples: [], elsewhere: null, noPostcodes: false, ...others };
}
