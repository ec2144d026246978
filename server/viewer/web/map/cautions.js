// The cautions beside the map, as server/texts/cautions.py writes them: each says of which layers it is.

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
  }
}
