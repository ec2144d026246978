// What server/texts/marks.py puts into words: readings, and which language a text is in.

const MARKED = /\ufff9([^\ufffa\ufffb]*)\ufffa([^\ufffb]*)\ufffb|\ufdd0([A-Za-z0-9-]+)\ufdd1([^\ufdd2]*)\ufdd2/gu;

// The text alone, for what holds no elements: attributes, a canvas, a status line.
export function plain(text) {
  return text.replace(MARKED, (_, base, reading, tag, words) => base ?? plain(words));
}

// The text as nodes: <ruby> where a reading is written, <span lang> where a language is.
export function nodesOf(text) {
  const nodes = [];
  let done = 0;
  for (const { 0: whole, 1: base, 2: reading, 3: tag, 4: words, index } of text.matchAll(MARKED)) {
    nodes.push(text.slice(done, index), tag ? spoken(tag, words) : ruby(base, reading));
    done = index + whole.length;
  }
  return [...nodes, text.slice(done)];
}

function ruby(base, reading) {
  const parts = [["rp", "（"], ["rt", reading], ["rp", "）"]].map(([name, text]) => nodeOf(name, [text]));
  return nodeOf("ruby", [base, ...parts]);
}

function spoken(tag, words) {
  const span = nodeOf("span", nodesOf(words));
  span.lang = tag;
  return span;
}

function nodeOf(name, children) {
  const node = document.createElement(name);
  node.append(...children);
  return node;
}
