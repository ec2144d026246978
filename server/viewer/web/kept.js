// The pages that stand in for others while the network is away: no link leads to what needs it, and
// that about a place is filled with what the worker answers.

import { asText } from "./here/as_text.js";
import { configuration, offerDevice } from "./here/device.js";
import { fillPattern } from "./here/pattern.js";
import { linkOnlyTo } from "./offline/links.js";

linkOnlyTo(["/", "/here"]);
if (document.getElementById("device")) showAnswer();

async function showAnswer() {
  const config = configuration();
  const main = document.querySelector("main");
  const asked = new URLSearchParams(location.search);
  asked.set("lang", config.lang);
  const response = await fetch(`/offline/answer?${asked}`).catch(() => null);
  // Given up or withdrawn meanwhile.
  if (!response?.ok) return location.replace(`/offline?lang=${config.lang}`);
  const { answer, savedAt } = await response.json();
  fillPattern(main, valuesOf(answer, savedAt));
  if (answer.hazard) carry(answer.hazard);
  const choice = main.querySelector("select");
  if (choice) choice.value = answer.hazard ?? "";
  main.querySelector("pre").textContent = asText(main);
  main.hidden = false;
  const place = { latitude: answer.latitude, longitude: answer.longitude, radius: answer.radius_m };
  offerDevice({ ...config, hazard: answer.hazard, place });
}

// As server/http/links.py does: the disaster goes with the links to what is about one.
function carry(hazard) {
  for (const link of document.querySelectorAll("a[href^='/']")) {
    const address = new URL(link.href);
    if (!["/", "/here"].includes(address.pathname)) continue;
    address.searchParams.set(address.pathname === "/" ? "for" : "hazard", hazard);
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
