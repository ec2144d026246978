// The symbol of the layer and those of its classes in the legend, as the form's choices make them.

const FIELDS = ["color", "shape", "pictogram", "glyph"];

export function watchSymbols(images) {
  const form = document.querySelector(".draft-form");
  form.addEventListener("input", ({ target }) => {
    if (target.name === "style_field") showClasses(target.value);
    if (!FIELDS.includes(target.name) && !/^class\d+$/.test(target.name)) return;
    for (const image of images) {
      const address = `${image.dataset.symbol}?${new URLSearchParams(lookOf(image, form.elements))}`;
      if (image.getAttribute("src") !== address) image.src = address;
    }
  });
}

function lookOf({ dataset }, fields) {
  const look = Object.fromEntries(FIELDS.map((name) => [name, fields[name].value]));
  if (!dataset.color) return look;
  const { value, defaultValue } = fields[dataset.color];
  // A class without a colour of its own has the layer's until somebody chooses one.
  const follows = "follows" in dataset && value === defaultValue.toLowerCase();
  return { ...look, ...JSON.parse(dataset.own), color: follows ? look.color : value };
}

// The classes are those of one column: those of another are known when the file is read again.
function showClasses(column) {
  const classes = document.querySelector("[data-classes]");
  if (classes) classes.hidden = column !== classes.dataset.classes;
}
