// How well names answer a query.

// Of a name's key to the words: 0 is best; null when it does not answer them.
export function rank(key, words) {
  const whole = words.join("");
  if (key === whole) return 0;
  if (key.startsWith(whole)) return 1;
  if (key.includes(whole)) return 2;
  return words.every((word) => key.includes(word)) ? 3 : null;
}

// Those that have a rank, in the order of their ranks.
export function best(all, rankOf) {
  return all
    .map((item, at) => ({ item, rank: rankOf(item, at) }))
    .filter((ranked) => ranked.rank !== null)
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
