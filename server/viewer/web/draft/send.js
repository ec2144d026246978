// Files in parts: what is there already is not sent again, and a lost connection is waited for.

const PAUSES = [1, 2, 4, 8, 15, 30]; // seconds between attempts of one part

export function sendFiles(form, config) {
  const { words } = config;
  const token = form.querySelector("[name=token]").value;
  const single = form.querySelector("[name=files]");
  const folder = form.querySelector("#folder");
  const progress = form.querySelector("[data-progress]");
  const status = progress.querySelector("[role=status]");
  const button = form.querySelector("button");
  let begun; // the draft of these very files, for who presses again after a failure
  if ("webkitdirectory" in folder) form.querySelector("[data-folder]").hidden = false;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const files = folder.files.length ? [...folder.files] : [...single.files];
    const size = files.reduce((sum, file) => sum + file.size, 0);
    progress.hidden = false;
    if (!files.length) return say(words.none);
    if (size > config.longest) return say(words.large);
    button.disabled = true;
    try {
      begun = begun?.key === keyOf(files) ? begun : await begin(files);
      let sent = 0;
      for (const file of files) {
        const name = begun.names.get(nameOf(file));
        if (name !== undefined) {
          await send(file, name, (received) => show((100 * (sent + received)) / size));
        }
        sent += file.size;
      }
      const answer = await post(`${config.drafts}${begun.number}/finish`, {});
      location.assign(answer.url);
    } catch (error) {
      say(error.message || words.failed);
      button.disabled = false;
    }
  });

  async function begin(files) {
    const listed = files.map((file) => [nameOf(file), file.size]);
    const layer = form.querySelector("[name=layer]").value;
    const answer = await post(config.begin, { files: JSON.stringify(listed), layer, name: listed[0][0] });
    const document = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(document.error ?? words.failed);
    const names = new Map(document.names);
    return { key: keyOf(files), number: document.number, names, part: document.part };
  }

  async function send(file, name, report) {
    let offset = 0;
    let failures = 0;
    while (offset < file.size) {
      const query = new URLSearchParams({ draft: begun.number, file: name, offset });
      const body = file.slice(offset, offset + begun.part);
      const answer = await fetch(`${config.chunks}?${query}`, {
        method: "POST",
        body,
        headers: { "Content-Type": "application/octet-stream", "bosai-token": token },
      }).catch(() => undefined);
      const document = await answer?.json().catch(() => undefined);
      if (answer?.ok || Number.isInteger(document?.received)) {
        offset = document.received;
        failures = 0;
        report(offset);
      } else if (answer && answer.status < 500 && answer.status !== 429) {
        throw new Error(document?.error ?? words.failed);
      } else {
        if (failures === PAUSES.length) throw new Error(words.failed);
        say(words.again);
        await new Promise((done) => setTimeout(done, 1000 * PAUSES[failures++]));
      }
    }
  }

  const post = (address, fields) => fetch(address, { method: "POST", body: new URLSearchParams({ token, ...fields }) });

  function show(percent) {
    progress.querySelector("progress").value = percent;
    say(words.sending.replace("{percent}", Math.floor(percent)));
  }

  function say(text) {
    status.textContent = text;
  }
}

const nameOf = (file) => file.webkitRelativePath || file.name;
const keyOf = (files) => JSON.stringify(files.map((file) => [nameOf(file), file.size, file.lastModified]));
