// What a layer of zones knows of a place: the twin of `hazards_at` in layers/query/here.py.

// `layer` has its file's index with its `parts`; `surveyed` are the polygons that were surveyed.
export function hazardsAt({ layer, parts, surveyed }, area) {
  const features = parts.touchedBy(area);
  if (features.length) return { state: "inside", zones: worst(layer, features), names: [] };
  const isSurveyed = surveyed.some((polygon) => area.isCoveredBy(polygon));
  return { state: isSurveyed ? "outside" : "not_surveyed", zones: [], names: layer.names };
}

// The worst zone of each partition, the worst first, as {code, name, original}.
function worst(layer, features) {
  const ordered = [...features].sort((a, b) => layer.severity[b] - layer.severity[a]);
  const first = new Map();
  for (const index of ordered) {
    const partition = layer.partition[index];
    if (first.has(partition)) continue;
    first.set(partition, { code: layer.code[index], name: layer.name[index], original: layer.original[index] });
  }
  return [...first.values()];
}
