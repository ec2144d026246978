// The pages that stand in for others while the network is away: no link leads to what needs it, and
// that about a place is filled with what the worker answers.

import { asText } from "./here/as_text.js";
import { configuration, offerDevice } from "./here/device.js";
import { fillPattern } from "./here/pattern.js";
import { answerInCopy } from "./map/ask_here.js";
import { linkOnlyTo } from "./offline/links.js";
import { answeringScript, asServed } from "./twin/spelling.js";

const script = answeringScript();
const isAnswer = document.getElementById("device") !== null;
if (!script || !isAnswer) linkOnlyTo(["/", "/here"]);
if (isAnswer) showAnswer();

async function showAnswer() {
  const config = configuration();
  const main = document.querySelector("main");
  const asked = new URLSearchParams(location.search);
  asked.set("lang", config.lang);
  const known = await (script ? answerInCopy(script, `/here?${asked}`) : answerOfWorker(asked)).catch(() => null);
  if (!known) return script ? showForm(main, config) : location.replace(`/offline?lang=${config.lang}`);
  const { answer, savedAt } = known;
  if (script && savedAt) linkOnlyTo(["/", "/here"]);
  if (!savedAt) main.querySelector(".kept").remove();
  fillPattern(main, valuesOf(answer, savedAt));
  if (answer.hazard) carry(answer.hazard);
  const choice = main.querySelector("select");
  if (choice) choice.value = answer.hazard ?? "";
  main.querySelector("pre").textContent = asText(main);
  main.hidden = false;
  const place = { latitude: answer.latitude, longitude: answer.longitude, radius: answer.radius_m };
  offerDevice({ ...config, hazard: answer.hazard, place });
}

// Rejects where the copy was given up, or what it answers from was withdrawn, meanwhile.
async function answerOfWorker(asked) {
  const response = await fetch(`/offline/answer?${asked}`);
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  return response.json();
}

// In a static copy, of an address that names no place: what leads to one.
function showForm(main, config) {
  const rest = [...main.querySelectorAll(":scope > h1, #device-status, #device, :scope > h2:last-of-type")];
  main.replaceChildren(...rest);
  main.hidden = false;
  offerDevice(config);
}

// As server/http/links.py does: the disaster goes with the links to what is about one.
function carry(hazard) {
  for (const link of document.querySelectorAll("a[href^='/']")) {
    const address = new URL(link.href);
    const { pathname } = asServed(address);
    if (!["/", "/here"].includes(pathname)) continue;
    address.searchParams.set(pathname === "/" ? "for" : "hazard", hazard);
    link.setAttribute("href", address.pathname + address.search);
  }
}

function valuesOf(answer, savedAt) {
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
  const places = ({ places }) =>
    places.map((place) => ({ ...place, ...placed(place), telephone: place.telephone ?? "" }));
  const statements = (part) => part.map((each) => ({ ...each, places: places(each) }));
  return {
    ...answer,
    ...placed(answer),
    radius_m: answer.radius_m && decimal(answer.radius_m),
    hazards: statements(answer.hazards),
    sites: statements(answer.sites),
    facilities: statements(answer.facilities),
    saved: format.format(savedAt),
  };
}

const placed = ({ latitude, longitude }) => ({ latitude: decimal(latitude), longitude: decimal(longitude) });

// As the service writes a number that need not be whole.
const decimal = (number) => (Number.isInteger(number) ? number.toFixed(1) : String(number));
