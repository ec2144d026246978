// One spelling for what sounds alike: see layers/japanese/sound.py.

import { numberOf } from "./finder_spelling.js";

const HIRAGANA = "ア".codePointAt(0) - "あ".codePointAt(0); // as far before katakana
const KANA = /[\u3040-\u30ff]/gu;

// Returns `sound` of a text, and the `keys` a name is compared by: all of it, and what is left from
// each later word on.
export function sounds(rules) {
  const [before, after] = [rules.before, rules.after].map((steps) =>
    steps.map(([held, pattern, by]) => ({ held, pattern: new RegExp(pattern, "gu"), by })),
  );
  const numerals = new RegExp(rules.kanjiNumber, "gu");
  const macrons = new RegExp(rules.macrons, "gu");
  const boundary = new RegExp(rules.boundary, "u");
  const hiragana = Object.entries(rules.letters).map(([kana, latin]) => [
    String.fromCodePoint(kana.codePointAt(0) - HIRAGANA),
    latin,
  ]);
  const letters = { ...Object.fromEntries(hiragana), ...rules.letters };
  const replaced = (text, steps) =>
    steps.reduce((rest, { held, pattern, by }) => (rest.includes(held) ? rest.replace(pattern, by) : rest), text);

  const sound = (text) => {
    const spelling = replaced(text.normalize("NFKC").toLowerCase(), before);
    const numbered = spelling.replace(numerals, (numeral) => String(numberOf(numeral, rules.numerals)));
    const latin = numbered.replace(KANA, (sign) => letters[sign] ?? sign);
    if (!/[a-z]/.test(latin)) return latin; // kanji alone: most names, and there may be thousands
    return replaced(latin.normalize("NFD").replace(macrons, "").normalize("NFC"), after);
  };
  const key = (name) => {
    const parts = name.normalize("NFKC").split(boundary).filter(Boolean);
    const later = parts.map((_, at) => sound(parts.slice(at).join(""))).slice(1);
    return [sound(name), ...later.filter(Boolean)];
  };
  return { sound, keys: (names) => names.map(key) };
}
