// The classes of the layers shown in one line, from the panel's own legends: what colours mean can be
// read without opening the list.

export function showMiniLegend() {
  const line = document.querySelector("[data-mini-legend]");
  const entries = [...document.querySelectorAll("[data-row].is-on .legend > li")];
  line.replaceChildren(...entries.map(copy));
}

// Ids stay with the original; what refers to them is drawn from there.
function copy(entry) {
  const node = entry.cloneNode(true);
  for (const small of node.querySelectorAll("small")) small.remove();
  for (const pattern of node.querySelectorAll("defs, .swatch-pattern")) pattern.remove();
  return node;
}
