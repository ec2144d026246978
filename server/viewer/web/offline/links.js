// While the network is away nothing leads to what needs it. A link to it is hidden, and mere text where
// it is part of a sentence. What else needs the network says so with `data-network`, and is hidden by
// the style sheet (parts/offline.css).

import { asServed } from "../twin/spelling.js";

const LINK = "a[href]:not([data-network])";

const root = document.documentElement;
const observer = new MutationObserver(unlink);
// The paths that can be opened, and the links that are text meanwhile, with their addresses.
let paths = [];
const texts = new Map();

export function linkToAll() {
  observer.disconnect();
  delete root.dataset.offline;
  for (const [link, address] of texts) link.setAttribute("href", address);
  texts.clear();
}

export function linkOnlyTo(kept) {
  linkToAll();
  paths = kept;
  for (const node of document.querySelectorAll("a[data-network], li[data-network]")) delete node.dataset.network;
  root.dataset.offline = "";
  unlink();
  observer.observe(document.body, { childList: true, subtree: true });
}

function unlink() {
  for (const link of document.querySelectorAll(LINK)) {
    if (canBeOpened(link)) continue;
    if (isInSentence(link)) {
      texts.set(link, link.getAttribute("href"));
      link.removeAttribute("href");
    } else {
      const item = link.parentElement;
      const isAlone = item.localName === "li" && item.childElementCount === 1;
      (isAlone ? item : link).dataset.network = "";
      link.dataset.network = "";
    }
  }
}

// On the page itself, from the copy, by another app of the device, or from another host while there is
// a network and only the service is away.
function canBeOpened(link) {
  const address = link.getAttribute("href");
  if (address === "" || address.startsWith("#")) return true;
  const { origin, pathname, protocol } = asServed(new URL(address, location.href));
  if (!/^https?:$/.test(protocol)) return true;
  return origin === location.origin ? paths.includes(pathname) : navigator.onLine;
}

function isInSentence({ parentElement }) {
  return [...parentElement.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
}
