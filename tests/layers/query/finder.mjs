// Answers queries as the map's own search does. stdin: {"index": …, "queries": […]}.

import { readFileSync } from "node:fs";
import { finder } from "../../../server/viewer/web/map/finder.js";

const { index, queries } = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(queries.map(finder(index))));
