// The browser's Back closes what lies open over the map, the last that was opened first. What is open
// has an entry in the browser's history each; entries that nothing needs any more are gone back over.

const closers = [];
let unused = 0;
let due = 0; // entries to be made once the browser has gone back
let isGoing = false;
let address = null; // the page's, to be kept while the browser goes back

addEventListener("popstate", () => {
  if (!isGoing) {
    closers.pop()?.();
    return;
  }
  isGoing = false;
  history.replaceState(history.state, "", address);
  for (; due > 0; due -= 1) addEntry();
  goBack();
});

function addEntry() {
  history.pushState({ isOpen: true }, "");
}

// Later: what is opened in place of what is closed takes over its entry. The browser goes back in its
// own time, and an entry that is made meanwhile would be lost.
function goBack() {
  if (isGoing || unused === 0) return;
  isGoing = true;
  address = location.href;
  history.go(-unused);
  unused = 0;
}

function opened(close) {
  closers.push(close);
  if (unused > 0) unused -= 1;
  else if (isGoing) due += 1;
  else addEntry();
}

function closed(close) {
  const at = closers.lastIndexOf(close);
  if (at < 0) return;
  closers.splice(at, 1);
  if (due > 0) due -= 1;
  else {
    unused += 1;
    setTimeout(goBack);
  }
}

// `close` is called when its reader goes back. The result is called with whether it is open now.
export function backCloses(close) {
  let isOpen = false;
  const leave = () => {
    isOpen = false;
    close();
  };
  return (isNow) => {
    if (isNow === isOpen) return;
    isOpen = isNow;
    if (isNow) opened(leave);
    else closed(leave);
  };
}
