// Prints the sheet. The button is there only for those whose browser runs it.

const button = document.querySelector("[data-print]");
button.hidden = false;
button.addEventListener("click", () => globalThis.print());
