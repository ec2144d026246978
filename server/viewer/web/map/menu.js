// The menu and the choice of languages in the bar: each closes by Escape, by a press elsewhere, and by
// the browser's Back.

import { backCloses } from "./back.js";

export function barMenus() {
  for (const details of document.querySelectorAll(".bar details")) {
    const summary = details.querySelector("summary");
    const close = () => (details.open = false);
    const opened = backCloses(close);
    details.addEventListener("toggle", () => opened(details.open));
    document.addEventListener("keydown", ({ key }) => {
      if (key !== "Escape" || !details.open) return;
      const hadFocus = details.contains(document.activeElement);
      close();
      if (hadFocus) summary.focus();
    });
    document.addEventListener("pointerdown", ({ target }) => {
      if (!details.contains(target)) close();
    });
    // What a button of it opens lies over the page, and gives the focus back when it closes.
    const leave = ({ target }) => {
      if (!target.closest("button")) return;
      summary.focus();
      close();
    };
    details.addEventListener("click", leave, { capture: true });
  }
}
