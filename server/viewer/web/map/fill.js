// Words with values in them.

const RULES = new Map();

// `text` with each {name} replaced by values[name]. A text with a count has a form for each plural of
// the language `tag`, and values.count chooses it.
export function filled(text, values, tag) {
  const form = typeof text === "string" ? text : text[pluralOf(values.count, tag)];
  return form.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function pluralOf(count, tag) {
  if (!RULES.has(tag)) RULES.set(tag, new Intl.PluralRules(tag));
  return RULES.get(tag).select(count);
}
