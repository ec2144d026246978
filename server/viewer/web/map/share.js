// Hands the map on: as a link with its QR code, and as a page to print.

import * as L from "./leaflet.js";
import { element } from "./dom.js";
import { nodesOf, plain } from "./marks.js";

const DIGITS = 5;

export function handOn(map) {
  const { words } = map;
  const share = element("button", { type: "button", class: "hand-on" }, plain(words.share));
  const print = element("a", { class: "hand-on", href: "/print" }, plain(words.print));
  const dialog = shareDialog(map);
  share.addEventListener("click", () => dialog.show());
  // The address changes with every move: it is read when it is wanted.
  for (const moment of ["pointerdown", "focus", "click"]) {
    print.addEventListener(moment, () => (print.search = queryToShare(map)));
  }
  const control = L.control({ position: "topright" });
  control.onAdd = () => {
    const bar = element("div", { class: "leaflet-bar hand-on-bar" }, share, print);
    L.DomEvent.disableClickPropagation(bar);
    return bar;
  };
  control.addTo(map);
}

// What the address says now; around what is open, so that it is in view on any screen.
function queryToShare(map) {
  const popup = map._popup?.isOpen() ? map._popup.getLatLng() : null;
  const address = new URLSearchParams(location.search);
  if (popup) {
    const place = [popup.lat.toFixed(DIGITS), popup.lng.toFixed(DIGITS)];
    address.set("at", [map.getZoom(), ...place].join("/"));
  }
  return `?${address}`.replaceAll("%2C", ",").replaceAll("%2F", "/").replaceAll("%3A", ":");
}

function shareDialog(map) {
  const { words } = map;
  const link = element("input", { type: "url", readonly: "", "aria-label": words.shareLink });
  const copy = element("button", { type: "button", class: "button" }, words.copyLink);
  const send = element("button", { type: "button", class: "button" }, words.sendLink);
  const close = element("button", { type: "button", class: "button" }, words.close);
  const code = element("img", { alt: words.qrCode, width: "200", height: "200", "data-network": "" });
  const message = element("p", { role: "status", class: "share-said" });
  const dialog = element(
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
  document.body.append(dialog);
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
      code.src = `/qr.svg${query}`;
      message.textContent = "";
      dialog.showModal();
    },
  };
}
