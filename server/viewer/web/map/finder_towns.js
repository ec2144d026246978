// Finds 町丁目 by addresses, names, readings and postcodes: see layers/query/search/towns.py.

import { BEGINS, EXACT } from "./finder_rank.js";
import { numberOf } from "./finder_spelling.js";

// `keys` are those of the towns. Both functions give [{quality, order, hit}].
export function townFinder({ rules, towns }, keys, { names, spelled, bare, within }, { sound, rank, inOrder }) {
  const chome = new RegExp(rules.chome, "u");
  const chomeFirst = new RegExp(`^(?:${rules.chome})`, "u");
  const numberFirst = new RegExp(`^(?:${rules.number})`, "u");
  const [lot, readLot] = [rules.lot, rules.readLot].map((pattern) => new RegExp(pattern, "u"));

  // The town an address is in, then those whose names or readings answer.
  function called(text) {
    const whole = sound(bare(within(text).text));
    const byName = whole ? ranked({ whole, words: [] }) : [];
    const spelling = spelled(text);
    let address = /[0-9]/.test(spelling) || chome.test(spelling) ? townOf(spelling) : undefined;
    if (!address && !byName.length) address = byReading(whole);
    const first = address ? [{ quality: EXACT, order: "", hit: hitOf(address) }] : [];
    return [...first, ...byName.filter(({ town }) => town !== address)];
  }

  // Those that a postcode, or the beginning of one, is of.
  function coded(code) {
    const quality = code.length === rules.codeLength ? EXACT : BEGINS;
    const matches = towns.filter(([, , , , , codes = []]) => codes.some((own) => own.startsWith(code)));
    return matches.map((town) => placeOf(town, quality));
  }

  const ranked = (wanted) =>
    towns
      .map((town, at) => ({ town, quality: rank(keys[at], wanted) }))
      .filter(({ quality }) => quality !== null)
      .map(({ town, quality }) => ({ town, ...placeOf(town, quality) }));

  const placeOf = (town, quality) => {
    return { quality, order: inOrder(keys[towns.indexOf(town)][0][0]), hit: hitOf(town) };
  };

  function hitOf([name, , numbered, longitude, latitude, , forms = {}]) {
    return { name, longitude, latitude, doubt: numbered ? rules.doubt.chome : rules.doubt.town, feature: 0, forms };
  }

  // The town an address is in, in one spelling.
  function townOf(address) {
    const { text, cityNamed } = within(address);
    const name = names.find((start) => bare(text).startsWith(start));
    if (name === undefined) return undefined;
    if (!cityNamed && !lot.test(bare(text).slice(name.length))) return undefined;
    const after = bare(text) === text ? text.slice(name.length) : "";
    const match = chomeFirst.exec(after) ?? numberFirst.exec(after);
    const town = (numbered) => towns.find((each) => each[1] === name && each[2] === numbered);
    return (match && town(numberOf(match[1], rules.numerals))) ?? town(0);
  }

  // The town of an address that is written as it is read: mizonuma7-1-2.
  function byReading(whole) {
    const match = readLot.exec(whole);
    if (!match) return undefined;
    const isExact = (text) => (_, at) => keys[at].some(([key]) => key === text);
    return towns.find(isExact(match[1] + match[2] + rules.chomeSound)) ?? towns.find(isExact(match[1]));
  }

  return { called, coded };
}
