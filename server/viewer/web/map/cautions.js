// The cautions above the map, as server/texts/cautions.py writes them: each says of which layers it is.
// On a small screen they are one line, which opens.

import { backCloses } from "./back.js";

const listed = (text) => text.split(" ").filter(Boolean);

// Whether a caution is due where these layers are shown, and only places for `disasters`.
export function isDue({ layers, zones, disaster }, ids, disasters) {
  const isShown = (some) => listed(some).some((id) => ids.includes(id));
  if (!isShown(layers) || disasters.includes(disaster)) return false;
  return listed(zones).length === 0 || isShown(zones);
}

export function showCautions(ids, disasters) {
  for (const line of document.querySelectorAll("[data-cautions]")) {
    const sentences = [...line.querySelectorAll("[data-layers]")];
    for (const each of sentences) each.hidden = !isDue(each.dataset, ids, disasters);
    line.hidden = sentences.every(({ hidden }) => hidden);
    if (line.dataset.cautions === "sample") document.querySelector("[data-sample-badge]").hidden = line.hidden;
  }
  const copy = mostUrgent()?.cloneNode(true);
  for (const part of copy?.querySelectorAll("a, .badge") ?? []) part.remove();
  document.querySelector("[data-first]").replaceChildren(...(copy?.childNodes ?? []));
}

// What the line says: which places are shown, else the first caution, where a badge does not say it
// already; else whose map it is.
function mostUrgent() {
  const designated = document.getElementById("map-designated");
  if (!designated.hidden) return designated.firstElementChild;
  const due = "#cautions-all > [data-cautions]:not([hidden])";
  return (
    document.querySelector(`${due}:not(.notice-sample) > [data-layers]:not([hidden])`) ??
    document.querySelector(`${due} > [data-layers]`) ??
    document.querySelector("#cautions-all > p:not([hidden])")
  );
}

// The line opens and closes what it stands for; where there is room for all, there is no line.
export function foldCautions() {
  const line = document.querySelector(".cautions-line");
  const set = (isOpen) => {
    line.setAttribute("aria-expanded", String(isOpen));
    opened(isOpen);
  };
  const opened = backCloses(() => set(false));
  line.addEventListener("click", () => set(line.getAttribute("aria-expanded") !== "true"));
}
