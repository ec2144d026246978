// The city's notices above the map. The page itself is made once and kept; only they are asked for
// again and again.

const AGAIN = 60_000; // milliseconds
const SMALL = "(max-width: 640px), (max-height: 500px)";

// `changed` is called with the ids of the layers to show first, whenever these change.
export function showNotices(changed) {
  const bar = document.getElementById("notices");
  let current = "";
  let first = "";
  let requests = 0;
  let latest = 0;

  async function ask() {
    const nth = ++requests;
    let words;
    try {
      const response = await fetch(bar.dataset.bar);
      if (!response.ok) return;
      words = (await wordsOf(response)).trim();
    } catch {
      return; // what was shown stays until the service answers again
    }
    if (nth < latest) return; // a later answer is shown
    latest = nth;
    if (words === current) return;
    current = words;
    const isOpen = bar.querySelector("details")?.open ?? !matchMedia(SMALL).matches;
    bar.innerHTML = words;
    for (const details of bar.querySelectorAll("details")) details.open = isOpen;
    bar.hidden = words === "";
    // Only what is longer than its place can be moved, and must then be reached by key.
    bar.toggleAttribute("tabindex", false);
    if (bar.scrollHeight > bar.clientHeight) bar.tabIndex = 0;
    const ids = [...bar.querySelectorAll("[data-layers]")].flatMap((notice) => notice.dataset.layers.split(" "));
    if (ids.join(" ") === first) return;
    first = ids.join(" ");
    changed([...new Set(ids)]);
  }

  ask();
  setInterval(() => {
    if (!document.hidden) ask();
  }, AGAIN);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) ask();
  });
  addEventListener("online", ask);
}

// The service answers with the words; a static copy with those that count until an instant, and those
// that say afterwards that nobody knows.
async function wordsOf(response) {
  if (!new URL(response.url).pathname.endsWith(".json")) return response.text();
  const { until, words, afterwards } = await response.json();
  return Date.now() < Date.parse(until) ? words : afterwards;
}
