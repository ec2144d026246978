// What of an address lies in the city, and what elsewhere: see layers/japanese/addresses.py.

import { addressSpelling } from "./finder_spelling.js";

export function cityOf({ rules, city, prefecture, towns }) {
  const spelled = addressSpelling(rules);
  const [aza, postcode, prefectures, county, municipality, doubled] = [
    rules.aza,
    rules.postcode,
    rules.prefecture,
    rules.county,
    rules.municipality,
    rules.doubled,
  ].map((pattern) => new RegExp(pattern, "u"));
  const bare = (text) => text.replace(aza, "");
  // The longest name wins: 根岸台 before 根岸.
  const names = [...new Set(towns.map(([, name]) => name))].sort((a, b) => b.length - a.length);

  // The rest of an address behind the city's name; no text when it is elsewhere.
  function within(address) {
    const elsewhere = { text: "", cityNamed: false };
    const whole = address.replace(postcode, "");
    const [named] = prefectures.exec(whole) ?? [];
    if (named !== undefined && named !== prefecture) return elsewhere;
    const rest = whole.replace(prefectures, "");
    const behind = named === undefined ? rest : rest.replace(county, "");
    if (spelled(behind.slice(0, city.length)) === city) return { text: behind.slice(city.length), cityNamed: true };
    return isOfAnother(bare(rest)) ? elsewhere : { text: rest, cityNamed: false };
  }

  // Whether a municipality is named, which no town's name accounts for: 台東区 is no 台.
  function isOfAnother(rest) {
    const [named] = municipality.exec(rest) ?? [];
    if (named === undefined) return false;
    return !names.some((name) => name.length >= named.length && spelled(rest).startsWith(name));
  }

  // The other prefecture or municipality that an address names: {name, certain}, or null.
  function elsewhere(address) {
    const whole = address.replace(postcode, "");
    const [named = ""] = prefectures.exec(whole) ?? [];
    const rest = whole.replace(prefectures, "");
    let [name = ""] = municipality.exec(rest) ?? [];
    if (name.endsWith("市") && doubled.test(rest.slice(name.length))) name += "市";
    if (named && named !== prefecture) return { name: named + name, certain: true };
    const { text, cityNamed } = within(address);
    return name && !text && !cityNamed ? { name: named + name, certain: named !== "" } : null;
  }

  return { names, spelled, bare, within, elsewhere };
}
