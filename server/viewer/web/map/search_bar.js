// On a small screen the search takes the bar's place while it is used.

import { backCloses } from "./back.js";

// Returns what leaves it; that returns what the focus goes back to.
export function searchBar() {
  const bar = document.querySelector(".bar");
  const input = bar.querySelector("input[type=search]");
  const opener = document.getElementById("search-open");
  const closer = document.getElementById("search-close");
  const set = (isOpen) => {
    if (bar.classList.contains("is-searching") === isOpen) return;
    bar.classList.toggle("is-searching", isOpen);
    opened(isOpen);
    if (isOpen) input.focus();
    else if (opener.offsetParent) opener.focus();
  };
  const opened = backCloses(() => set(false));
  opener.addEventListener("click", () => set(true));
  closer.addEventListener("click", () => set(false));
  return () => {
    set(false);
    return opener.offsetParent ? opener : input;
  };
}
