// The page about a place as plain lines, to be copied into a message: as `as_text` in
// server/pages/here.py has them.

export function asText(main) {
  const head = [...main.querySelectorAll("h1, .lead, [data-part=near], .callout:not(.kept), [data-part=review]")];
  const statements = [...main.querySelectorAll(".statement")];
  return [linesOf(head), ...statements.map(paragraph)].join("\n\n");
}

function paragraph(statement) {
  const parts = [...statement.querySelectorAll("h3, li, p:not(.ways)")];
  return `${words(headingOf(statement))}\n${linesOf(parts)}`;
}

const linesOf = (elements) => elements.map((each) => (each.localName === "li" ? `- ${words(each)}` : words(each))).join("\n");

function headingOf(statement) {
  let before = statement;
  while (before.localName !== "h2") before = before.previousElementSibling;
  return before;
}

// Without readings.
function words(element) {
  const copy = element.cloneNode(true);
  for (const reading of copy.querySelectorAll("rt, rp")) reading.remove();
  return copy.textContent.trim();
}
