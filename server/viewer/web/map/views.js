// Ready-made views: one tap shows a view's layers, and of designated places those for its disasters.

import { fill } from "./dom.js";

const same = (some, others) => some.length === others.length && some.every((each) => others.includes(each));

// `apply` is called with {layers, disasters} and words; a second tap on a view leaves it for `usual`.
// Returns what shows which view, if any, is what the map shows.
export function viewButtons(views, usual, { words }, apply) {
  const buttons = [...document.querySelectorAll("button[data-view]")];
  const viewOf = (button) => views.find(({ id }) => id === button.dataset.view);

  for (const button of buttons) {
    button.addEventListener("click", () => {
      const isLeft = button.getAttribute("aria-pressed") === "true";
      const view = isLeft ? usual : viewOf(button);
      const count = view.layers.length;
      const title = button.textContent.trim();
      apply(view, fill(isLeft ? words.count : words.viewShown, { title, count }));
    });
  }

  return (layers, disasters) => {
    for (const button of buttons) {
      const view = viewOf(button);
      const isShown = same(view.layers, layers) && same(view.disasters, disasters);
      button.setAttribute("aria-pressed", String(isShown));
    }
  };
}
