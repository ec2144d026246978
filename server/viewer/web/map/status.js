// What is going on: loading, what failed and how to try again, and words for screen readers.

import { nodesOf, plain } from "./marks.js";

export function statusLine(map, layers) {
  const trouble = document.getElementById("map-trouble");
  const message = document.getElementById("map-message");
  const progress = document.getElementById("map-progress");
  const live = document.getElementById("map-status");
  const failedWords = trouble.querySelector("span");
  const retry = () => layers.forEach((layer) => layer.retry());
  let due = false;
  let isBaseDue = true;

  failedWords.replaceChildren(...nodesOf(map.words.tilesFailed));
  trouble.querySelector("button").addEventListener("click", retry);
  addEventListener("online", retry);
  for (const layer of layers) layer.on("tilestate remove", () => (due ||= schedule()));

  function schedule() {
    setTimeout(() => {
      due = false;
      show();
    }, 50);
    return true;
  }

  function show() {
    const states = layers.map((layer) => layer.states());
    progress.hidden = !isBaseDue && !states.some(({ loading }) => loading > 0);
    const failed = states.some(({ failed }) => failed > 0);
    if (failed && trouble.hidden) announce(map.words.tilesFailed);
    trouble.hidden = !failed;
  }

  function announce(words) {
    live.textContent = plain(words);
  }

  return {
    announce,
    // The base map is drawn, or cannot be had.
    baseSettled() {
      isBaseDue = false;
      due ||= schedule();
    },
    // A line that stays until another one, or none, takes its place.
    message(words) {
      message.replaceChildren(...nodesOf(words));
      message.hidden = words === "";
      if (words) announce(words);
    },
  };
}
