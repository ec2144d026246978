// The rows of some layers before the others of their groups, and their groups before the others.

export function putFirst(ids) {
  const focused = document.activeElement;
  const groups = document.querySelector("fieldset.group").parentElement;
  for (const id of [...ids].reverse()) {
    const row = document.querySelector(`[data-row="${id}"]`);
    if (!row) continue;
    row.parentElement.prepend(row);
    groups.insertBefore(row.closest("fieldset"), groups.querySelector("fieldset.group"));
  }
  // What is moved loses the focus.
  if (document.activeElement !== focused) focused.focus({ preventScroll: true });
}
