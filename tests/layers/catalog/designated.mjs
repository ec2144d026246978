// Decides what looks designated as the map's own script does. stdin: {"cases": [{shown, chosen,
// definition, features}]}. stdout: for each {inView, crossed: [whether each feature is]}.

import { readFileSync } from "node:fs";
import { disastersInView, undesignatedFor } from "../../../server/viewer/web/map/designated.js";

const { cases } = JSON.parse(readFileSync(0, "utf8"));
const decided = cases.map(({ shown, chosen, definition, features }) => {
  const inView = disastersInView(shown, chosen);
  const crossed = features.map((each) => undesignatedFor(each, definition, inView).length > 0);
  return { inView, crossed };
});
process.stdout.write(JSON.stringify(decided));
