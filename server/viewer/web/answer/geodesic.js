// Lines on the ellipsoid, in metres and in degrees from north.

import geographic from "geographiclib-geodesic";
import { radians } from "./radians.js";

const { Geodesic } = geographic.Geodesic;
// Distances on a sphere of the equator's radius are less than this share off the ellipsoid's.
const SPHERE_IS_OFF = 0.01;

export class Ellipsoid {
  constructor({ a, f }) {
    this.radius = a;
    this.geodesic = new Geodesic(a, f);
  }

  // From one place to another, each [longitude, latitude].
  line([longitude, latitude], [x, y]) {
    const { s12: metres, azi1 } = this.geodesic.Inverse(latitude, longitude, y, x);
    return { metres, azimuth: azi1 < 0 ? azi1 + 360 : azi1 };
  }

  // The corners of a polygon drawn around a circle, so that nothing of the circle is missed.
  around([longitude, latitude], radius, corners) {
    const reach = radius / Math.cos(Math.PI / corners);
    return Array.from({ length: corners }, (_, at) => {
      const { lon2, lat2 } = this.geodesic.Direct(latitude, longitude, at * (360 / corners), reach);
      return [lon2, lat2];
    });
  }

  // The `count` nearest of the indices, those as near in their order. `placeAt` gives a place by index.
  nearest(place, indices, placeAt, count) {
    const rough = indices.map((index) => this.onSphere(place, placeAt(index)));
    const least = [...rough].sort((a, b) => a - b)[Math.min(count, rough.length) - 1];
    const reach = (least * (1 + SPHERE_IS_OFF)) / (1 - SPHERE_IS_OFF) + 1; // and a metre
    return indices
      .filter((_, at) => rough[at] <= reach)
      .map((index) => ({ index, ...this.line(place, placeAt(index)) }))
      .sort((a, b) => a.metres - b.metres)
      .slice(0, count);
  }

  // The haversine formula.
  onSphere([longitude, latitude], [x, y]) {
    const [phi, other] = [radians(latitude), radians(y)];
    const north = Math.sin((other - phi) / 2);
    const east = Math.sin(radians(x - longitude) / 2);
    const squared = north * north + Math.cos(phi) * Math.cos(other) * east * east;
    return 2 * this.radius * Math.asin(Math.min(1, Math.sqrt(squared)));
  }
}

