// The city's notices above the map. The page itself is made once and kept; only they are asked for
// again and again.

const AGAIN = 60_000; // milliseconds

// `found` is called with the ids of the layers to show first, whenever these change.
export function showNotices(found) {
  const bar = document.getElementById("notices");
  let shown = "";
  let first = "";
  let asked = 0;
  let answered = 0;

  async function ask() {
    const nth = ++asked;
    let words;
    try {
      const response = await fetch(bar.dataset.bar);
      if (!response.ok) return;
      words = (await response.text()).trim();
    } catch {
      return; // what was shown stays until the service answers again
    }
    if (nth < answered) return; // a later answer is shown
    answered = nth;
    if (words === shown) return;
    shown = words;
    bar.innerHTML = words;
    bar.hidden = words === "";
    // Only what is longer than its place can be moved, and must then be reached by key.
    bar.toggleAttribute("tabindex", false);
    if (bar.scrollHeight > bar.clientHeight) bar.tabIndex = 0;
    const ids = [...bar.querySelectorAll("[data-layers]")].flatMap((one) => one.dataset.layers.split(" "));
    if (ids.join(" ") === first) return;
    first = ids.join(" ");
    found([...new Set(ids)]);
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
