// The request form, and pages that show a request's place: loads the map, which few need, once the part
// about the place comes near the view. The form prints itself.

const root = document.querySelector("[data-place-map]");

root.hidden = false;
const print = document.querySelector("[data-print]");
if (print) {
  print.addEventListener("click", () => window.print());
  print.hidden = false;
}
const near = new IntersectionObserver(
  (entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    near.disconnect();
    load(JSON.parse(root.dataset.placeMap));
  },
  { rootMargin: "300px" },
);
near.observe(root);

function load({ script, style, words }) {
  const failed = () => {
    root.querySelector("[data-place-status]").textContent = words.unloaded;
    for (const part of root.querySelectorAll(".place-map, .actions")) part.hidden = true;
  };
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: style });
  const map = Object.assign(document.createElement("script"), { src: script });
  for (const part of [link, map]) part.addEventListener("error", failed);
  // The map measures itself by its styles.
  link.addEventListener("load", () => document.head.append(map));
  document.head.append(link);
}
