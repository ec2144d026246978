// Names as the map's script writes them. stdin: {"definition", "field", "features"}; stdout: texts.

import { readFileSync } from "node:fs";
import { nameInWords } from "../../../server/viewer/web/map/values.js";

globalThis.document = { documentElement: { lang: "en" } };
const { definition, field, features } = JSON.parse(readFileSync(0, "utf8"));
const words = features.map((properties) => nameInWords(field, properties, definition, { lang: "en" }));
console.log(JSON.stringify(words.map(({ text }) => text)));
