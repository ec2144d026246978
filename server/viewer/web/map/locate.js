// Where the device is: asked only when its user presses the button.

import { fill } from "./dom.js";

const PATIENCE = 15000; // milliseconds
const RECENT = 30000;
const PROBLEMS = { 1: "locateDenied", 2: "locateUnavailable", 3: "locateTimeout" };

// {latitude, longitude, radius}, radius in metres; rejects with the words that say why there is none.
export function devicePosition({ words, mostRadius }) {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation) {
      reject(words.locateUnavailable);
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude, longitude, accuracy } }) => {
        const radius = Math.ceil(accuracy);
        if (radius <= mostRadius) resolve({ latitude, longitude, radius });
        else reject(fill(words.locateInexact, { count: Math.round(radius / 1000) }));
      },
      ({ code }) => reject(words[PROBLEMS[code]]),
      { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: RECENT },
    );
  });
}
