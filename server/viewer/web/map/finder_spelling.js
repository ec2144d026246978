// One spelling for names that may be written in several ways.

export const translate = (text, table) => [...text].map((sign) => table[sign] ?? sign).join("");

export function spelling(rules) {
  const chome = new RegExp(rules.chome, "gu");
  const aza = new RegExp(rules.aza, "u");
  const jo = new RegExp(rules.jo, "gu");

  const oneSpelling = (text) =>
    translate(text.normalize("NFKC").replace(/\s/gu, ""), rules.signs).replace(jo, (_, numeral) => number(numeral));
  // What names are compared by.
  const key = (text) =>
    oneSpelling(text).toLowerCase().replace(chome, (_, numeral) => `${number(numeral)}丁目`);
  const bare = (text) => text.replace(aza, "");

  // A number below 100 in Arabic or kanji numerals.
  function number(text) {
    if (/^[0-9]+$/.test(text)) return Number(text);
    const digit = (sign) => rules.numerals.indexOf(sign);
    const ten = text.lastIndexOf("十");
    if (ten < 0) return Number([...text].map(digit).join(""));
    const [tens, ones] = [text.slice(0, ten), text.slice(ten + 1)];
    return (tens ? digit(tens) : 1) * 10 + (ones ? digit(ones) : 0);
  }

  return { oneSpelling, key, bare, number };
}
