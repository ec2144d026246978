// Finds 町丁目 by their names, and by the addresses in them.

import { best, rank } from "./finder_rank.js";
import { spelling } from "./finder_spelling.js";

// Returns a function from a query to [{name, longitude, latitude, doubt, feature}].
export function townFinder({ rules, city, towns }) {
  const { oneSpelling, key, bare, number } = spelling(rules);
  const chome = new RegExp(rules.chome, "u");
  const chomeFirst = new RegExp(`^(?:${rules.chome})`, "u");
  const numberFirst = new RegExp(`^(?:${rules.number})`, "u");
  const prefecture = new RegExp(rules.prefecture, "u");
  const municipality = new RegExp(rules.municipality, "u");
  // The longest name wins: 根岸台 before 根岸.
  const names = [...new Set(towns.map(([, name]) => name))].sort((a, b) => b.length - a.length);
  const keys = towns.map(([name]) => bare(key(name)));

  return function townsOf(query) {
    const address = oneSpelling(query);
    const addressed = /[0-9]/.test(address) || chome.test(address) ? townOf(address) : undefined;
    const name = bare(key(withinCity(address)));
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
    const rest = withinCity(address);
    const name = names.find((start) => bare(rest).startsWith(start));
    if (name === undefined) return undefined;
    const after = bare(rest) === rest ? rest.slice(name.length) : "";
    const match = chomeFirst.exec(after) ?? numberFirst.exec(after);
    const town = (numbered) => towns.find((each) => each[1] === name && each[2] === numbered);
    return (match && town(number(match[1]))) ?? town(0);
  }

  function withinCity(address) {
    const rest = address.replace(prefecture, "");
    if (rest.startsWith(city)) return rest.slice(city.length);
    const isTown = names.some((name) => bare(rest).startsWith(name));
    return isTown || !municipality.test(rest) ? rest : "";
  }
}
