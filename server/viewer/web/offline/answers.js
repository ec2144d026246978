// Answers about a place from the kept copy. Nothing of a place is kept anywhere.

import { answerFor, polygonsOf } from "../answer/answer.js";
import { Parts, readLayer } from "../answer/layer_file.js";
import { openingsOf } from "./shelters.js";
import { keptCopy } from "./store.js";

const PARAMETERS = ["lat", "lon", "radius", "hazard", "lang", "f", "marks"];
const NUMBER = /^-?\d{1,4}(\.\d{1,20})?$/;

// What was read of the copy `name`, by address.
let opened = { name: null, files: new Map() };

// Whether an address asks for an answer as JSON in a language. What else the service refuses is left
// to it.
export function asksForJson({ pathname, searchParams }) {
  const names = [...searchParams.keys()];
  const isKnown = names.every((name) => PARAMETERS.includes(name));
  return pathname === "/here" && searchParams.get("f") === "json" && isKnown;
}

// {answer, savedAt, isCurrent} in the language; null where the address names no place, or where the
// copy is not whole: it never answers for a layer that it does not have. `answer` has its marks.
export const keptAnswer = async (url, lang) => answerOf(await keptCopy(), url, lang);

// The same from a copy, or from null.
export async function answerOf(copy, { searchParams }, lang) {
  const place = placeIn(searchParams);
  if (!copy || !place) return null;
  try {
    const words = await open(copy, `/offline/answers.json?lang=${encodeURIComponent(lang)}`, readJson);
    const disaster = searchParams.get("hazard") || null;
    const isKnown = disaster === null || words.disasters.some(([id]) => id === disaster);
    if (!isKnown || place.radius > words.mostRadius) return null;
    const answer = answerFor(await keptData(copy, words), place, disaster);
    return { answer, savedAt: copy.savedAt, isCurrent: copy.isCurrent };
  } catch (error) {
    if (error instanceof NotKept) return null;
    throw error;
  }
}

class NotKept extends Error {}

// Of a parameter that is repeated another one counts for the service: that is left to it.
function placeIn(searchParams) {
  const names = [...searchParams.keys()];
  const texts = ["lon", "lat", "radius"].map((name) => searchParams.get(name) || (name === "radius" ? "0" : ""));
  if (new Set(names).size < names.length || !texts.every((text) => NUMBER.test(text))) return null;
  const [longitude, latitude, radius] = texts.map(Number);
  const isSound = Math.abs(longitude) <= 180 && Math.abs(latitude) <= 85 && radius >= 0;
  return isSound ? { longitude, latitude, radius } : null;
}

async function keptData(copy, words) {
  const layers = {};
  for (const { layer } of words.layers.filter(({ silent }) => !silent)) {
    layers[layer] = await keptLayer(copy, layer);
  }
  const base = copy.files.find(({ url }) => url.startsWith("/base.geojson?"));
  const openings = words.layers.some(({ opens }) => opens) ? await openingsOf(copy) : null;
  return { words, layers, openings, base: (await open(copy, base?.url, readJson)).features };
}

async function keptLayer(copy, id) {
  const urls = copy.files.filter(({ layer }) => layer === id).map(({ url }) => url);
  const own = urls.find((url) => url.startsWith(`/offline/${id}.answers?`));
  const coverage = urls.find((url) => url.startsWith(`/layers/${id}/coverage.geojson?`));
  const read = await open(copy, own, readFile);
  const area = coverage && (await open(copy, coverage, readJson));
  return { ...read, surveyed: area ? polygonsOf(area.geometry) : [] };
}

const readJson = (response) => response.json();

async function readFile(response) {
  const layer = readLayer(await response.arrayBuffer());
  return { layer, parts: layer.kind ? new Parts(layer) : null };
}

// Read once, as long as it is kept.
async function open(copy, url, read) {
  const response = url && (await copy.cache.match(url));
  if (opened.name !== copy.name) opened = { name: copy.name, files: new Map() };
  if (!response) {
    opened.files.delete(url);
    throw new NotKept(url);
  }
  if (!opened.files.has(url)) opened.files.set(url, await read(response));
  return opened.files.get(url);
}
