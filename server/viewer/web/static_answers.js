// In a static copy of the map, which no service stands behind: what is known of a place, worked out
// on the device from the layers' own files, as a saved map does it (offline/answers.js).

import { answerOf, keptAnswer } from "./offline/answers.js";
import { asServed } from "./twin/spelling.js";
import { servedCopy } from "./twin/served_copy.js";

globalThis.bosai ??= {};

// {answer, savedAt} for an address of /here; `savedAt` is null unless it comes from a map that the
// device keeps. From that, as the service's own, as long as it is current, or nothing else comes.
globalThis.bosai.answerHere = async (address) => {
  const url = asServed(new URL(address, location.origin));
  const lang = url.searchParams.get("lang");
  const kept = await keptAnswer(url, lang).catch(() => null);
  if (kept?.isCurrent && navigator.onLine) return { ...kept, savedAt: null };
  try {
    const answer = await answerOf(await servedCopy(), url, lang);
    if (!answer) throw new Error(`${address} names no place`);
    return answer;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
};
