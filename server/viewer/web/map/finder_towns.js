// Finds 町丁目 by their names, and by the addresses in them.

import { best, rank } from "./finder_rank.js";
import { spelling } from "./finder_spelling.js";

// Returns a function from a query to [{name, longitude, latitude, doubt, feature}].
export function townFinder({ rules, city, prefecture, towns }) {
  const { oneSpelling, key, bare, number } = spelling(rules);
  const chome = new RegExp(rules.chome, "u");
  const chomeFirst = new RegExp(`^(?:${rules.chome})`, "u");
  const numberFirst = new RegExp(`^(?:${rules.number})`, "u");
  const [lot, postcode, prefectures, county, municipality] = [
    rules.lot,
    rules.postcode,
    rules.prefecture,
    rules.county,
    rules.municipality,
  ].map((pattern) => new RegExp(pattern, "u"));
  // The longest name wins: 根岸台 before 根岸.
  const names = [...new Set(towns.map(([, name]) => name))].sort((a, b) => b.length - a.length);
  const keys = towns.map(([name]) => bare(key(name)));

  return function townsOf(query) {
    const address = oneSpelling(query);
    const addressed = /[0-9]/.test(address) || chome.test(address) ? townOf(address) : undefined;
    const name = bare(key(withinCity(address).text));
    const named = name ? best(towns, (_, at) => rank(keys[at], [name])) : [];
    return [...new Set([...(addressed ? [addressed] : []), ...named])].map(
      ([title, , numbered, longitude, latitude]) => {
        const doubt = numbered ? rules.doubt.chome : rules.doubt.town;
        return { name: title, longitude, latitude, doubt, feature: 0 };
      },
    );
  };

  // The town an address is in.
  function townOf(address) {
    const { text, cityNamed } = withinCity(address);
    const name = names.find((start) => bare(text).startsWith(start));
    if (name === undefined) return undefined;
    if (!cityNamed && !lot.test(bare(text).slice(name.length))) return undefined;
    const after = bare(text) === text ? text.slice(name.length) : "";
    const match = chomeFirst.exec(after) ?? numberFirst.exec(after);
    const town = (numbered) => towns.find((each) => each[1] === name && each[2] === numbered);
    return (match && town(number(match[1]))) ?? town(0);
  }

  // The rest of an address behind the city's name; no text when it is elsewhere.
  function withinCity(address) {
    const elsewhere = { text: "", cityNamed: false };
    const whole = address.replace(postcode, "");
    const [named] = prefectures.exec(whole) ?? [];
    if (named !== undefined && named !== prefecture) return elsewhere;
    const rest = whole.replace(prefectures, "");
    const behind = named === undefined ? rest : rest.replace(county, "");
    if (behind.startsWith(city)) return { text: behind.slice(city.length), cityNamed: true };
    return isOfAnother(bare(rest)) ? elsewhere : { text: rest, cityNamed: false };
  }

  // Whether a municipality is named, which no town's name accounts for: 台東区 is no 台.
  function isOfAnother(rest) {
    const [named] = municipality.exec(rest) ?? [];
    return named !== undefined && !names.some((name) => name.length >= named.length && rest.startsWith(name));
  }
}
