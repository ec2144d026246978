// On a phone the panel is a sheet at the bottom, opened by its handle; else it is always open.

// Returns what closes an open sheet, so that the map has room; that returns what opens it again.
export function handleSheet() {
  const panel = document.getElementById("layer-panel");
  const handle = panel.querySelector(".panel-handle");
  const set = (open) => {
    handle.setAttribute("aria-expanded", String(open));
    panel.classList.toggle("is-open", open);
  };
  handle.addEventListener("click", () => set(handle.getAttribute("aria-expanded") !== "true"));
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || handle.getAttribute("aria-expanded") !== "true") return;
    set(false);
    handle.focus();
  });
  // The link that skips to the panel must find it open.
  panel.addEventListener("focus", () => set(true));

  return () => {
    const isOpen = handle.offsetParent !== null && handle.getAttribute("aria-expanded") === "true";
    if (isOpen) set(false);
    return () => isOpen && set(true);
  };
}
