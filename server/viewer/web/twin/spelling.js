// A static copy of the map (server/build/spelling.py) has no addresses with a query that decides what
// is answered, since no static server reads one: /en/layers.html stands for /layers?lang=en, and
// /v/abc/base.geojson for /base.geojson?v=abc.

const SPELT = /^\/(?:v\/([0-9A-Za-z]+)|(ja-x-easy|ja|en|zh|ko|vi))(?=\/)(.*)$/;
const NAMED = /(?:\/index)?\.html$/;

// The address by which the service answers the same.
export function asServed(url) {
  const match = SPELT.exec(url.pathname);
  const served = new URL(url);
  if (!match) return served;
  const [, revision, lang, path] = match;
  served.pathname = revision ? path : path.replace(NAMED, "") || "/";
  served.searchParams.set(revision ? "v" : "lang", revision ?? lang);
  return served;
}

// The script that answers about places in a static copy; undefined where the service answers.
export const answeringScript = () => document.documentElement.dataset.answers;
