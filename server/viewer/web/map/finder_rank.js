// How well names answer a query: see layers/query/search/rules.py.

export const [EXACT, BEGINS, WORD, INSIDE, WORDS, AROUND] = [0, 1, 2, 3, 4, 5];
const isNumber = (sign) => /[0-9]/.test(sign);

export function ranking({ leastInside, longestNumber }) {
  const isShort = (word) => word.length < leastInside && /^[a-z]+$/.test(word);

  // Whether the text holds the word, whose number does not begin within another.
  function isInside(text, word) {
    if (isShort(word)) return false;
    let place = text.indexOf(word);
    while (place > 0 && isNumber(word[0]) && isNumber(text[place - 1])) place = text.indexOf(word, place + 1);
    return place >= 0;
  }

  const has = (key, word) => key.some((text) => text.startsWith(word)) || isInside(key[0], word);

  function rankOfKey(key, { whole, words }) {
    if (key[0] === whole) return EXACT;
    if (key[0].startsWith(whole)) return BEGINS;
    if (key.slice(1).some((later) => later.startsWith(whole))) return WORD;
    if (isInside(key[0], whole)) return INSIDE;
    return words.length > 1 && words.every((word) => has(key, word)) ? WORDS : null;
  }

  // Of a thing of these keys; null when it does not answer.
  function rank(keys, wanted) {
    const ranks = keys.map((key) => rankOfKey(key, wanted)).filter((each) => each !== null);
    return ranks.length ? Math.min(...ranks) : null;
  }

  const holds = (keys, word) => keys.some((key) => has(key, word));

  // Whether a word is what a kind is called, or enough of it.
  function isCalled(termKeys, word) {
    if ([...word].length < 2 || isShort(word)) return termKeys.some(([term]) => term === word);
    return holds(termKeys, word);
  }

  // What names are sorted by: 2 comes before 10.
  const inOrder = (text) => text.replace(/[0-9]+/g, (digits) => digits.padStart(longestNumber, "0"));

  return { rank, holds, isCalled, inOrder };
}

// A group of [{quality, order, hit}]: the best, and how many more there are.
export function grouped(kind, layer, places, most) {
  const ordered = [...places].sort((a, b) => a.quality - b.quality || compared(a.order, b.order));
  return {
    kind,
    layer,
    hits: ordered.slice(0, most).map(({ hit }) => hit),
    more: Math.max(0, ordered.length - most),
    quality: ordered[0]?.quality ?? EXACT,
  };
}

const compared = (a, b) => Number(a > b) - Number(a < b);
