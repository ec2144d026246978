// Hands the map on: as a link with its QR code, and as a page to print.

import { Dialog } from "./dialog.js";
import { element } from "./dom.js";
import { nodesOf } from "./marks.js";
import { answeringScript } from "../twin/spelling.js";

const DIGITS = 5;

export function handOn(map) {
  const share = document.getElementById("share-open");
  const print = document.getElementById("print-open");
  const dialog = shareDialog(map);
  share.hidden = false;
  map.share = () => dialog.show();
  share.addEventListener("click", map.share);
  // The address changes with every move: it is read when it is wanted.
  for (const moment of ["pointerdown", "focus", "click"]) {
    print.addEventListener(moment, () => (print.search = queryToShare(map)));
  }
}

// What the address says now; around what the card is about, so that it is in view on any screen.
function queryToShare(map) {
  const { place } = map.card;
  const address = new URLSearchParams(location.search);
  if (place) address.set("at", [map.getZoom(), place.lat.toFixed(DIGITS), place.lng.toFixed(DIGITS)].join("/"));
  return `?${address}`.replaceAll("%2C", ",").replaceAll("%2F", "/").replaceAll("%3A", ":");
}

function shareDialog(map) {
  const { words } = map;
  const link = element("input", { type: "url", readonly: "", "aria-label": words.shareLink });
  const copy = element("button", { type: "button", class: "button" }, words.copyLink);
  const send = element("button", { type: "button", class: "button" }, words.sendLink);
  const close = element("button", { type: "button", class: "button" }, words.close);
  const code = element("img", { alt: words.qrCode, width: "200", height: "200", "data-network": "", "data-service": "" });
  const message = element("p", { role: "status", class: "share-said" });
  const node = element(
    "dialog",
    { class: "share", "aria-labelledby": "share-title" },
    element("h2", { id: "share-title" }, words.shareMap),
    element("p", {}, words.shareHelp),
    link,
    element("p", { class: "share-ways" }, copy, ...(navigator.share ? [send] : [])),
    message,
    code,
    element("p", { class: "share-ways" }, close),
  );
  document.body.append(node);
  const dialog = new Dialog(node);
  close.addEventListener("click", () => dialog.close());
  link.addEventListener("focus", () => link.select());
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(link.value);
      message.replaceChildren(...nodesOf(words.linkCopied));
    } catch {
      message.replaceChildren(...nodesOf(words.copyByHand));
      link.focus();
    }
  });
  send.addEventListener("click", async () => {
    try {
      await navigator.share({ title: document.title, url: link.value });
    } catch (error) {
      if (error.name !== "AbortError") message.replaceChildren(...nodesOf(words.copyByHand));
    }
  });
  return {
    show() {
      const query = queryToShare(map);
      link.value = location.origin + location.pathname + query;
      if (!answeringScript()) code.src = `/qr.svg${query}`;
      message.textContent = "";
      dialog.open();
    },
  };
}
