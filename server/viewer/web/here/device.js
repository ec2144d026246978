// What only the device can do for the page about a place; without it the page's buttons are hidden.

import { hereLink } from "../map/here_link.js";
import { forgetHome, readHome, storeHome } from "../map/home.js";
import { devicePosition } from "../map/locate.js";

// What the service wrote into the page for its script.
export const configuration = () => JSON.parse(document.getElementById("device").dataset.config);

export function offerDevice({ words, mostRadius, here, hazard, place }) {
  const status = document.getElementById("device-status");
  const button = (name) => document.querySelector(`[data-device=${name}]`);
  const tell = (text) => (status.textContent = text);

  offer("locate", locate);
  if (place) {
    offer("copy", copy);
    offer("home-store", () => {
      tell(storeHome(place) ? words.homeStored : words.homeRefused);
      showHome();
    });
  }
  button("home-forget").addEventListener("click", () => {
    tell(forgetHome() ? words.homeForgotten : words.homeRefused);
    showHome();
    button("locate").focus();
  });
  showHome();

  function offer(name, act) {
    button(name).hidden = false;
    button(name).addEventListener("click", act);
  }

  function showHome() {
    const home = readHome();
    const open = button("home-open");
    open.hidden = button("home-forget").hidden = home === null;
    if (home) open.href = hereLink(here, home, { hazard });
  }

  async function locate() {
    tell(words.locating);
    try {
      location.assign(hereLink(here, await devicePosition({ words, mostRadius }), { hazard }));
    } catch (why) {
      if (typeof why !== "string") throw why;
      tell(why);
    }
  }

  // Where there is no clipboard for scripts (an address without https, an old phone), the text is
  // selected: the older command copies it, or its reader does.
  async function copy() {
    const details = document.getElementById("as-text");
    const text = details.querySelector("pre");
    try {
      await navigator.clipboard.writeText(text.textContent);
      tell(words.copied);
      return;
    } catch {
      details.open = true;
      getSelection().selectAllChildren(text);
    }
    tell(document.execCommand("copy") ? words.copied : words.selected);
  }
}
