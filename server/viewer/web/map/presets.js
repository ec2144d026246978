// The choice "which disaster?": one tap shows a preset's layers, and of designated places those for its
// disasters. It is kept on the device, and goes with every link that asks for a disaster.

import { fill } from "./dom.js";

const KEY = "bosai.preset";

const same = (some, others) => some.length === others.length && some.every((each) => others.includes(each));

// `apply` is called with {layers, disasters} and words; a second tap on a preset leaves it for `usual`.
// Returns what shows which preset, if any, is what the map shows.
export function presetButtons(presets, usual, { words }, apply) {
  const buttons = [...document.querySelectorAll("button[data-preset]")];
  const presetOf = (button) => presets.find(({ id }) => id === button.dataset.preset);

  for (const button of buttons) {
    button.addEventListener("click", () => {
      const isLeft = button.getAttribute("aria-pressed") === "true";
      const preset = isLeft ? usual : presetOf(button);
      const count = preset.layers.length;
      const title = button.textContent.trim();
      remember(isLeft ? null : preset.id);
      apply(preset, fill(isLeft ? words.count : words.presetShown, { title, count }));
    });
  }

  return (layers, disasters) => {
    for (const button of buttons) {
      const preset = presetOf(button);
      const isShown = same(preset.layers, layers) && same(preset.disasters, disasters);
      button.setAttribute("aria-pressed", String(isShown));
      // Where the row is too narrow for all, the one chosen is in it.
      if (isShown) button.parentElement.scrollLeft = button.offsetLeft - button.parentElement.offsetLeft - 40;
    }
    carry(disasters);
  };
}

// What an address shows that names disasters and no layers, and else what this device chose last; null
// where the address names layers, or nothing was chosen.
export function presetAtStart(presets, { layers, disasters }) {
  if (layers !== null) return null;
  if (disasters.length) return presets.find((preset) => same(preset.disasters, disasters)) ?? null;
  return presets.find(({ id }) => id === remembered()) ?? null;
}

// Storage may be refused: then the choice lasts as long as the page.
function remember(id) {
  try {
    if (id === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, id);
  } catch {
    // see above
  }
}

function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function carry(disasters) {
  for (const link of document.querySelectorAll("a[data-hazard][href]")) {
    const address = new URL(link.href);
    if (disasters.length) address.searchParams.set("hazard", disasters[0]);
    else address.searchParams.delete("hazard");
    link.href = address.pathname + address.search;
  }
}
