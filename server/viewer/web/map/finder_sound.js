// One spelling for what sounds alike: see layers/japanese/sound.py.

import { numberOf, translate } from "./finder_spelling.js";

const HIRAGANA = "ア".codePointAt(0) - "あ".codePointAt(0); // as far before katakana

// Returns `sound` of a text, and the `keys` a name is compared by: all of it, and what is left from
// each later word on.
export function sounds(rules) {
  const [before, after] = [rules.before, rules.after].map((steps) =>
    steps.map(([pattern, text]) => [new RegExp(pattern, "gu"), text]),
  );
  const numerals = new RegExp(rules.kanjiNumber, "gu");
  const macrons = new RegExp(rules.macrons, "gu");
  const boundary = new RegExp(rules.boundary, "u");
  const hiragana = Object.entries(rules.letters).map(([kana, latin]) => [
    String.fromCodePoint(kana.codePointAt(0) - HIRAGANA),
    latin,
  ]);
  const letters = { ...Object.fromEntries(hiragana), ...rules.letters };
  const replaced = (text, steps) => steps.reduce((rest, [pattern, by]) => rest.replace(pattern, by), text);

  const sound = (text) => {
    const spelling = replaced(text.normalize("NFKC").toLowerCase(), before);
    const numbered = spelling.replace(numerals, (numeral) => String(numberOf(numeral, rules.numerals)));
    const latin = translate(numbered, letters).normalize("NFD").replace(macrons, "");
    return replaced(latin.normalize("NFC"), after);
  };
  const key = (name) => {
    const parts = name.normalize("NFKC").split(boundary).filter(Boolean);
    const later = parts.map((_, at) => sound(parts.slice(at).join(""))).slice(1);
    return [sound(name), ...later.filter(Boolean)];
  };
  return { sound, keys: (names) => names.map(key) };
}
