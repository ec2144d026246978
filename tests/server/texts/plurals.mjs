// The forms that the map's script chooses. stdin: {"lang", "text" by category, "counts"}; stdout: texts.

import { readFileSync } from "node:fs";
import { fill } from "../../../server/viewer/web/map/dom.js";

const { lang, text, counts } = JSON.parse(readFileSync(0, "utf8"));
globalThis.document = { documentElement: { lang } };
console.log(JSON.stringify(counts.map((count) => fill(text, { count, title: "T" }))));
