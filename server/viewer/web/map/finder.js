// Finds places in the index that the service made: the same results as its page /search, by the
// same rules, which come with the index. See layers/query/search/find.py.

const translate = (text, table) => [...text].map((sign) => table[sign] ?? sign).join("");

export function finder(index) {
  const { rules, city, towns, layers } = index;
  const chome = new RegExp(rules.chome, "gu");
  const chomeFirst = new RegExp(`^(?:${rules.chome})`, "u");
  const numberFirst = new RegExp(`^(?:${rules.number})`, "u");
  const prefecture = new RegExp(rules.prefecture, "u");
  const municipality = new RegExp(rules.municipality, "u");
  const aza = new RegExp(rules.aza, "u");
  const pair = new RegExp(`^(?:${rules.pair})$`, "u");

  const oneSpelling = (text) => translate(text.normalize("NFKC").replace(/\s/gu, ""), rules.signs);
  const key = (text) =>
    oneSpelling(text).toLowerCase().replace(chome, (_, said) => `${number(said)}丁目`);
  const bare = (text) => text.replace(aza, "");
  // The longest name wins: 根岸台 before 根岸.
  const names = [...new Set(towns.map(([, name]) => name))].sort((a, b) => b.length - a.length);
  const townKeys = towns.map(([name]) => bare(key(name)));
  const layerKeys = layers.map((layer) => layer.names.map(([name]) => key(name)));

  // [{kind, layer, hits: [{name, longitude, latitude, doubt, feature}], more}]
  return function find(query) {
    const asked = query.normalize("NFKC").split(/\s+/u).filter(Boolean).map(key);
    if (!asked.length) return [];
    return [
      { kind: "coordinates", layer: null, hits: coordinates(query), more: 0 },
      bounded("town", null, townsOf(query)),
      ...layers.map((layer, at) => bounded("layer", layer, namesOf(layer, layerKeys[at], asked))),
    ].filter(({ hits }) => hits.length);
  };

  function bounded(kind, layer, hits) {
    return { kind, layer, hits: hits.slice(0, rules.most), more: Math.max(0, hits.length - rules.most) };
  }

  function namesOf(layer, keys, asked) {
    return best(layer.names, (_, at) => rank(keys[at], asked)).map(
      ([name, longitude, latitude, feature, doubt = 0]) => ({ name, longitude, latitude, doubt, feature }),
    );
  }

  function townsOf(query) {
    const said = oneSpelling(query);
    const addressed = /[0-9]/.test(said) || said.search(chome) >= 0 ? townOf(said) : undefined;
    const asked = bare(key(withinCity(said)));
    const named = asked ? best(towns, (_, at) => rank(townKeys[at], [asked])) : [];
    return [...new Set([...(addressed ? [addressed] : []), ...named])].map(
      ([name, , numbered, longitude, latitude]) => {
        const doubt = numbered ? rules.doubt.chome : rules.doubt.town;
        return { name, longitude, latitude, doubt, feature: 0 };
      },
    );
  }

  // The town an address is in.
  function townOf(address) {
    const rest = withinCity(address);
    const name = names.find((one) => bare(rest).startsWith(one));
    if (name === undefined) return undefined;
    const after = bare(rest) === rest ? rest.slice(name.length) : "";
    const said = chomeFirst.exec(after) ?? numberFirst.exec(after);
    const town = (numbered) => towns.find((one) => one[1] === name && one[2] === numbered);
    return (said && town(number(said[1]))) ?? town(0);
  }

  function withinCity(address) {
    const rest = address.replace(prefecture, "");
    if (rest.startsWith(city)) return rest.slice(city.length);
    const isTown = names.some((name) => bare(rest).startsWith(name));
    return isTown || !municipality.test(rest) ? rest : "";
  }

  // A number below 100 in Arabic or kanji numerals.
  function number(text) {
    if (/^[0-9]+$/.test(text)) return Number(text);
    const digit = (sign) => rules.numerals.indexOf(sign);
    const ten = text.lastIndexOf("十");
    if (ten < 0) return Number([...text].map(digit).join(""));
    const [tens, ones] = [text.slice(0, ten), text.slice(ten + 1)];
    return (tens ? digit(tens) : 1) * 10 + (ones ? digit(ones) : 0);
  }

  function coordinates(query) {
    const strip = new Set([...rules.brackets, " "]);
    let plain = translate(translate(query, rules.marks).normalize("NFKC"), rules.marks).toLowerCase();
    while (plain && strip.has(plain[0])) plain = plain.slice(1);
    while (plain && strip.has(plain.at(-1))) plain = plain.slice(0, -1);
    const match = pair.exec(plain.trim().replace(/\s+/gu, " "));
    if (!match) return [];
    const [first, second] = [degrees(match.slice(2, 5)), degrees(match.slice(7, 10))];
    if (first === null || second === null) return [];
    const named = match[1] ?? match[5];
    const longitudeFirst = named ? rules.longitude.includes(named) : first > second;
    const [longitude, latitude] = longitudeFirst ? [first, second] : [second, first];
    const [west, south, east, north] = rules.japan;
    if (longitude < west || longitude > east || latitude < south || latitude > north) return [];
    const name = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
    return [{ name, longitude, latitude, doubt: 0, feature: 0 }];
  }
}

function degrees(parts) {
  const [whole, minutes, seconds] = parts.map((part) => Number(part ?? 0));
  return minutes >= 60 || seconds >= 60 ? null : whole + minutes / 60 + seconds / 3600;
}

// How well a name's key answers the words: 0 is best; null when it does not.
function rank(compared, asked) {
  const whole = asked.join("");
  if (compared === whole) return 0;
  if (compared.startsWith(whole)) return 1;
  if (compared.includes(whole)) return 2;
  return asked.every((word) => compared.includes(word)) ? 3 : null;
}

// Those that have a rank, in the order of their ranks.
function best(all, ranked) {
  return all
    .map((one, at) => ({ one, how: ranked(one, at) }))
    .filter(({ how }) => how !== null)
    .sort((a, b) => a.how - b.how)
    .map(({ one }) => one);
}
