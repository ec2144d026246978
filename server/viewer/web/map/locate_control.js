// The button on the map that shows where the device is.

import * as L from "./leaflet.js";
import { element, fill } from "./dom.js";
import { hereLink } from "./here_link.js";
import { nodesOf } from "./marks.js";
import { devicePosition } from "./locate.js";

export function locateControl(map, { words, mostRadius, show, inReach }) {
  const button = element("button", { type: "button", class: "locate-button", "aria-label": words.locate, title: words.locate });
  button.innerHTML =
    '<svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false" fill="none" stroke="currentColor" stroke-width="2"><circle cx="12" cy="12" r="6"/><circle cx="12" cy="12" r="1.6" fill="currentColor"/><path d="M12 1.5v4M12 18.5v4M1.5 12h4M18.5 12h4"/></svg>';
  const message = document.getElementById("locate-message");
  const Control = L.Control.extend({
    onAdd() {
      const bar = element("div", { class: "leaflet-bar locate" }, button);
      L.DomEvent.disableClickPropagation(bar);
      return bar;
    },
  });
  new Control({ position: "topright" }).addTo(map);
  button.addEventListener("click", locate);

  async function locate() {
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    say(words.locating);
    try {
      const place = await devicePosition({ words, mostRadius });
      if (inReach(place)) {
        say("");
        show(place, [sectionOf(place)], { returnTo: button });
      } else {
        say(words.locateOutside, element("a", { href: hereLink(map.here, place) }, map.words.knownHere));
      }
    } catch (why) {
      if (typeof why !== "string") throw why;
      say(why);
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  function sectionOf({ radius }) {
    return element(
      "section",
      { class: "card-section" },
      element("h3", {}, words.locateTitle),
      element("p", { class: "card-notice" }, fill(words.doubt, { count: radius })),
    );
  }

  function say(text, ...more) {
    message.replaceChildren(...nodesOf(text), ...(more.length ? [" ", ...more] : []));
  }
}
