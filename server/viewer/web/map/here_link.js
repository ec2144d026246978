// The address of what is known of a place.

const DIGITS = 5;

// `path` is /here with the language; `radius` in metres, 0 for an exact place.
export function hereLink(path, { latitude, longitude, radius = 0 }, more = {}) {
  const address = new URL(path, location.origin);
  address.searchParams.set("lat", latitude.toFixed(DIGITS));
  address.searchParams.set("lon", longitude.toFixed(DIGITS));
  if (radius) address.searchParams.set("radius", Math.ceil(radius));
  for (const [name, value] of Object.entries(more)) {
    if (value) address.searchParams.set(name, value);
  }
  return address.pathname + address.search;
}
