// A home place that is kept on the device only: nothing here sends it anywhere.

const KEY = "bosai.home";

// {latitude, longitude, radius} or null; what is broken is as if it were not there.
export function readHome() {
  try {
    const { latitude, longitude, radius } = JSON.parse(localStorage.getItem(KEY));
    const sound =
      [latitude, longitude, radius].every(Number.isFinite) &&
      Math.abs(latitude) <= 85 &&
      Math.abs(longitude) <= 180 &&
      radius >= 0;
    return sound ? { latitude, longitude, radius } : null;
  } catch {
    return null;
  }
}

// Whether it is kept: storage may be full, or refused.
export function storeHome(place) {
  try {
    localStorage.setItem(KEY, JSON.stringify(place));
    return true;
  } catch {
    return false;
  }
}

export function forgetHome() {
  try {
    localStorage.removeItem(KEY);
    return true;
  } catch {
    return false;
  }
}
