// One spelling for addresses that may be written in several ways.

export const translate = (text, table) => [...text].map((sign) => table[sign] ?? sign).join("");

// A number below 100 in Arabic or kanji numerals.
export function numberOf(text, numerals) {
  if (/^[0-9]+$/.test(text)) return Number(text);
  const digit = (sign) => numerals.indexOf(sign);
  const ten = text.lastIndexOf("十");
  if (ten < 0) return Number([...text].map(digit).join(""));
  const [tens, ones] = [text.slice(0, ten), text.slice(ten + 1)];
  return (tens ? digit(tens) : 1) * 10 + (ones ? digit(ones) : 0);
}

export function addressSpelling(rules) {
  const jo = new RegExp(rules.jo, "gu");
  return (text) => {
    const signs = translate(text.normalize("NFKC").replace(/\s/gu, ""), rules.signs);
    return signs.replace(jo, (_, numeral) => String(numberOf(numeral, rules.numerals)));
  };
}
