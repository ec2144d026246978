// The page's address holds what is shown: /?layers=flood,hydrants&at=14/35.79700/139.59300&base=pale
// and, where they are not the usual ones, the order from above to below (order=flood,hydrants), the
// strength of layers in percent (opacity=flood:40), the disasters that places shown are designated for
// (for=flood), and whether people's requests are shown (requests=1).
// An address may be old or broken: what cannot be understood is left out.

const DIGITS = 5;
const LEAST_PERCENT = 10;

const OURS = ["layers", "at", "base", "order", "opacity", "for", "requests"];

// {layers: [id, …] | null, order: [id, …], strengths: [[id, share], …], disasters: [name, …], view: {center, zoom} | null, base: name | null, requests: boolean}
export function readAddress(search) {
  const parameters = new URLSearchParams(search);
  const layers = parameters.get("layers");
  return {
    layers: layers === null ? null : listIn(layers),
    order: listIn(parameters.get("order")),
    strengths: listIn(parameters.get("opacity")).flatMap(readStrength),
    disasters: listIn(parameters.get("for")),
    view: readView(parameters.get("at")),
    base: parameters.get("base"),
    requests: parameters.get("requests") === "1",
  };
}

const listIn = (text) => (text ?? "").split(",").filter(Boolean);

// [] for what is no layer's id with a number of percent from 10 to 100.
function readStrength(text) {
  const match = /^([a-z][a-z0-9_]*):(\d{2,3})$/.exec(text);
  const percent = match ? Number(match[2]) : 0;
  return percent >= LEAST_PERCENT && percent <= 100 ? [[match[1], percent / 100]] : [];
}

function readView(text) {
  const numbers = (text ?? "").split("/").map((part) => (part.trim() === "" ? NaN : Number(part)));
  const [zoom, latitude, longitude] = numbers;
  const sound =
    numbers.length === 3 &&
    numbers.every(Number.isFinite) &&
    Math.abs(latitude) <= 85 &&
    Math.abs(longitude) <= 180;
  return sound ? { center: [latitude, longitude], zoom } : null;
}

// The query of an address that shows the same; parameters that are not ours stay.
export function queryOf(search, { layers, order, strengths, disasters, center, zoom, base, requests }) {
  const others = [...new URLSearchParams(search)].filter(
    ([name]) => !OURS.includes(name),
  );
  const at = [zoom, center.lat.toFixed(DIGITS), center.lng.toFixed(DIGITS)].join("/");
  const ours = [`layers=${layers.join(",")}`, `at=${at}`];
  const paled = strengths.filter(([, share]) => share < 1);
  const percents = paled.map(([id, share]) => `${id}:${Math.round(share * 100)}`);
  const lists = { order, opacity: percents, for: disasters };
  for (const [name, list] of Object.entries(lists)) if (list.length) ours.push(`${name}=${list.join(",")}`);
  if (base) ours.push(`base=${base}`);
  if (requests) ours.push("requests=1");
  const rest = new URLSearchParams(others).toString();
  return `?${[...ours, rest].filter(Boolean).join("&")}`;
}
