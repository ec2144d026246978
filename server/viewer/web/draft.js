// Staff's pages about drafts: a file is sent in parts that may be repeated, a page that waits is
// opened again when its draft is read, and symbols are drawn while they are chosen.

import { sendFiles } from "./draft/send.js";
import { watchSymbols } from "./draft/symbol.js";
import { waitForReading } from "./draft/wait.js";

const upload = document.querySelector("form[data-upload]");
if (upload) sendFiles(upload, JSON.parse(upload.dataset.upload));
const waiting = document.querySelector("[data-waits]");
if (waiting) waitForReading(waiting);
const symbols = document.querySelectorAll("[data-symbol]");
if (symbols.length) watchSymbols(symbols);
