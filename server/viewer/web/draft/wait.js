// A draft that is being read: its page is opened again when it is read.

const PAUSE = 1500; // milliseconds

export function waitForReading(root) {
  const { waits, edition } = root.dataset;
  const timer = setInterval(async () => {
    const answer = await fetch(waits, { headers: { Accept: "application/json" } }).catch(() => undefined);
    const draft = answer?.ok ? await answer.json() : undefined;
    if (!draft || String(draft.edition) === edition) return;
    clearInterval(timer);
    location.reload();
  }, PAUSE);
}
