// A feature's values in words.

import { fill } from "./dom.js";

// {text, meaning, data}: `data` marks text that is the city's own and stays in its language.
// null: nothing is stated, and nothing needs saying.
export function inWords(field, value, map) {
  const { lang } = map;
  if (value === undefined) {
    return field.type === "flag" ? { text: field.flag.missing } : null;
  }
  const code = field.codes.find((entry) => entry.value === value);
  if (code) return { text: code.label, meaning: code.meaning };
  if (field.type === "flag") return { text: value ? field.flag.yes : field.flag.no };
  if (field.type === "date") return { text: longDate(value, lang) };
  if (typeof value === "number") return { text: withUnit(value, field, lang) };
  return { text: field.unit ? `${value} ${field.unit}` : String(value), data: true };
}

// A feature's name: its value of the label `field`, beside the form of it that the page's readers know
// best, of those that the data has. See `name_beside` in server/texts.
export function nameInWords(field, properties, { nameForms }, map) {
  const value = inWords(field, properties[field.id], map);
  if (!value?.data) return value;
  const formOf = (id) => String(properties[id] ?? "").normalize("NFKC").trim();
  const best = nameForms.find((each) => ![value.text, ""].includes(formOf(each.field)));
  return best ? { text: fill(best.pattern, { name: value.text, form: formOf(best.field) }) } : value;
}

// A name as the data has it, beside that of its `forms`, by tag, whose readers the page has; null
// without one. `patterns` are [tag, pattern], the best first.
export function nameBeside(name, forms, patterns) {
  const best = patterns.find(([tag]) => (forms[tag] ?? name) !== name);
  return best ? fill(best[1], { name, form: forms[best[0]] }) : null;
}

function withUnit(value, field, lang) {
  const number = new Intl.NumberFormat(lang, {
    useGrouping: Math.abs(value) >= 10000,
    maximumFractionDigits: 6,
  }).format(value);
  return field.unit ? `${number} ${field.unit}` : number;
}

function longDate(value, lang) {
  const date = new Date(`${value}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return value;
  return new Intl.DateTimeFormat(lang, { dateStyle: "long", timeZone: "UTC" }).format(date);
}
