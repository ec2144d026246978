// One switch for all layers of a group: on, off, or in between.

// `changed` is called after the group's boxes were set. Returns what shows the groups' states.
export function groupSwitches(changed) {
  const switches = [...document.querySelectorAll("input[data-group]")];
  const boxesOf = (group) => [...group.closest("fieldset").querySelectorAll("input[data-layer]")];

  for (const group of switches) {
    group.addEventListener("change", () => {
      for (const box of boxesOf(group)) box.checked = group.checked;
      changed();
    });
  }

  return () => {
    for (const group of switches) {
      const boxes = boxesOf(group);
      const on = boxes.filter((box) => box.checked).length;
      group.checked = on === boxes.length;
      group.indeterminate = on > 0 && on < boxes.length;
    }
  };
}
