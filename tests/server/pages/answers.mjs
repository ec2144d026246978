// Answers as a device does. stdin: {"words": {lang: …}, "base": […], "layers": {id: {"file": base64,
// "coverage": …}}, "shelters": what /shelters.json tells, "questions": [{"lang", "place", "disaster"}]}.

import { readFileSync } from "node:fs";
import { answerFor, polygonsOf } from "../../../server/viewer/web/answer/answer.js";
import { KeptOpenings } from "../../../server/viewer/web/answer/openings.js";
import { Parts, readLayer } from "../../../server/viewer/web/answer/layer_file.js";

const { words, base, layers, shelters, questions } = JSON.parse(readFileSync(0, "utf8"));
const read = {};
for (const [id, { file, coverage }] of Object.entries(layers)) {
  const layer = readLayer(Uint8Array.from(Buffer.from(file, "base64")).buffer);
  const surveyed = coverage ? polygonsOf(coverage.geometry) : [];
  read[id] = { layer, parts: layer.kind ? new Parts(layer) : null, surveyed };
}
const openings = new KeptOpenings(shelters, true, Date.now());
const answers = questions.map(({ lang, place, disaster }) =>
  answerFor({ words: words[lang], base, layers: read, openings }, place, disaster),
);
process.stdout.write(JSON.stringify(answers));
