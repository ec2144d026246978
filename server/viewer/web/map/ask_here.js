// What is known of a place as JSON, with its marks: from the service, or in a static copy from the
// script that works it out.

import { answeringScript } from "../twin/spelling.js";
import { scriptAt } from "./script.js";

// `address` is one of `hereLink`. Rejects where nothing comes.
export async function askHere(address) {
  const script = answeringScript();
  if (script) return (await answerInCopy(script, address)).answer;
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  return response.json();
}

// {answer, savedAt} by the script of a static copy.
export async function answerInCopy(script, address) {
  if (!globalThis.bosai?.answerHere) await scriptAt(script);
  return globalThis.bosai.answerHere(address);
}
