// The browser's Back closes what lies open over the map, the last that was opened first.

const closers = [];
let ignored = 0;

addEventListener("popstate", () => {
  if (ignored > 0) ignored -= 1;
  else closers.pop()?.();
});

// `close` is called when its reader goes back. Returns what is to be called when it was closed otherwise.
export function closedByBack(close) {
  closers.push(close);
  history.pushState({ open: closers.length }, "");
  return () => {
    const at = closers.indexOf(close);
    if (at < 0) return;
    closers.splice(at, 1);
    ignored += 1;
    history.back();
  };
}

// For what is opened and closed again and again: the result is called with whether it is open now.
export function backCloses(close) {
  let forget = null;
  return (isOpen) => {
    if (isOpen === (forget !== null)) return;
    if (isOpen) {
      forget = closedByBack(() => {
        forget = null;
        close();
      });
    } else {
      const closed = forget;
      forget = null;
      closed();
    }
  };
}
