// Layers that were renamed: a link made before still leads to them.

// The id of the layer that is, or once was, called so; what is unknown stays as it is.
export function currentId(id, layers) {
  const definitions = layers.map(({ definition }) => definition);
  if (definitions.some((each) => each.id === id)) return id;
  return definitions.find(({ formerly }) => formerly.includes(id))?.id ?? id;
}
