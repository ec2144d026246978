// Keeps the page's address, and the links to the page in other languages, at what the map shows.

import { queryOf } from "./permalink.js";

// Safari refuses a page that writes its address more than 100 times in 30 seconds.
const PAUSE_MS = 310;
const CHOICE = "/language"; // keeps the choice, and leads back

// `parameters` gives what `queryOf` takes. Returns what writes the address at once, or where it was
// written just now, soon.
export function pageAddress(parameters) {
  let last = 0;
  let due = null;

  function write() {
    clearTimeout(due);
    due = null;
    last = performance.now();
    const query = queryOf(location.search, parameters());
    history.replaceState(history.state, "", query);
    for (const link of document.querySelectorAll("a[data-language]")) {
      const choice = new URLSearchParams({ lang: link.dataset.language, to: `/${query}` });
      link.search = link.pathname === CHOICE ? choice.toString() : query; // in a static copy the page itself
    }
  }

  function writeSoon() {
    const wait = last + PAUSE_MS - performance.now();
    if (wait <= 0) write();
    else due ??= setTimeout(write, wait);
  }

  // Back leads to an entry with the address of the time when something was opened.
  addEventListener("popstate", write);

  return { write, writeSoon };
}
