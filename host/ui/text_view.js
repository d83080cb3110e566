// Shows an answer: the part of Markdown that quoted documents use (headings, lists, code, quotes, emphasis), and
// the "[1] source" lines above quotes, built as elements. Anything else stays as it was written. A link is shown as
// its text with the address in its title, never followed.
import { h } from './dom.js';

const inline = /(`+)([\s\S]*?)\1(?!`)|\*\*([^*\n]+)\*\*|\[([^\]\n]+)\]\(([^)\s]+)\)/g;
const fence = /^ {0,3}```/;
const quote = /^>\s?/;
const citation = /^\[(\d{1,4})\] (.+)$/;
const heading = /^#{1,6}\s+(.*)$/;
const bullet = /^\s{0,3}[-*]\s+/;
const number = /^\s{0,3}\d{1,9}[.)]\s+/;

function spans(text) {
  const out = [];
  let at = 0;
  for (const match of text.matchAll(inline)) {
    if (match.index > at) out.push(text.slice(at, match.index));
    if (match[1]) out.push(h('code', {}, match[2].trim()));
    else if (match[3]) out.push(h('strong', {}, match[3]));
    else out.push(h('span', { class: 'link-text', title: match[5] }, match[4]));
    at = match.index + match[0].length;
  }
  out.push(text.slice(at));
  return out;
}

// The lines from `at` on that `belongs` takes.
function run(lines, at, belongs) {
  let end = at;
  while (end < lines.length && belongs(lines[end])) end += 1;
  return lines.slice(at, end);
}

const marks = [fence, quote, citation, heading, bullet, number];
const plain = (line) => line.trim() !== '' && !marks.some((mark) => mark.test(line));

function code(lines, at) {
  const body = run(lines, at + 1, (line) => !fence.test(line));
  return [h('pre', { tabindex: '0' }, h('code', {}, body.join('\n'))), body.length + 2];
}

function list(lines, at, tag, mark) {
  const rows = run(lines, at, (line) => mark.test(line) || plain(line));
  const items = [];
  for (const row of rows) {
    if (mark.test(row)) items.push(row.replace(mark, ''));
    else items[items.length - 1] += ` ${row.trim()}`;
  }
  const start = tag === 'ol' ? parseInt(lines[at], 10) : undefined;
  return [h(tag, { start }, items.map((item) => h('li', {}, spans(item)))), rows.length];
}

// The block that begins at line `at`, and how many lines it takes.
function block(lines, at) {
  const line = lines[at];
  if (fence.test(line)) return code(lines, at);
  if (quote.test(line)) {
    const rows = run(lines, at, (one) => quote.test(one));
    return [h('blockquote', {}, blocks(rows.map((one) => one.replace(quote, '')))), rows.length];
  }
  if (bullet.test(line)) return list(lines, at, 'ul', bullet);
  if (number.test(line)) return list(lines, at, 'ol', number);
  const cited = citation.exec(line);
  if (cited) return [h('p', { class: 'citation' }, h('span', { class: 'cite' }, cited[1]), spans(cited[2])), 1];
  const title = heading.exec(line);
  if (title) return [h('p', { class: 'heading' }, spans(title[1])), 1];
  const rows = run(lines, at, plain);
  return [h('p', {}, spans(rows.join('\n'))), rows.length];
}

function blocks(lines) {
  const out = [];
  for (let at = 0; at < lines.length;) {
    if (lines[at].trim() === '') {
      at += 1;
      continue;
    }
    const [element, taken] = block(lines, at);
    out.push(element);
    at += taken;
  }
  return out;
}

export function textView(text) {
  return h('div', { class: 'prose' }, blocks(String(text).split(/\r?\n/)));
}
