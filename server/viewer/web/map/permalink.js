// The page's address holds what is shown: /?layers=flood,hydrants&at=14/35.79700/139.59300&base=pale
// An address may be old or broken: what cannot be understood is left out.

const DIGITS = 5;

// {layers: [id, …] | null, view: {center, zoom} | null, base: name | null}
export function readAddress(search) {
  const parameters = new URLSearchParams(search);
  const layers = parameters.get("layers");
  return {
    layers: layers === null ? null : layers.split(",").filter(Boolean),
    view: readView(parameters.get("at")),
    base: parameters.get("base"),
  };
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
export function queryOf(search, { layers, center, zoom, base }) {
  const others = [...new URLSearchParams(search)].filter(
    ([name]) => !["layers", "at", "base"].includes(name),
  );
  const at = [zoom, center.lat.toFixed(DIGITS), center.lng.toFixed(DIGITS)].join("/");
  const ours = [`layers=${layers.join(",")}`, `at=${at}`];
  if (base) ours.push(`base=${base}`);
  const rest = new URLSearchParams(others).toString();
  return `?${[...ours, rest].filter(Boolean).join("&")}`;
}
