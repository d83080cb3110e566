// How single things of a run are shown: prompts, what a component brought, errors with a hint.
import { count, disclosure, duration, fetched, h, jsonBlock, referenceOf } from './dom.js';
import { textView } from './text_view.js';

function messageList(messages) {
  return h('ol', { class: 'prompt' }, messages.map((message) => h('li', {},
    h('span', { class: `badge role-${message.role}` }, message.role ?? '?'),
    h('pre', { tabindex: '0' }, String(message.content ?? '')))));
}

export function promptBlock(title, messages) {
  const ref = referenceOf(messages);
  const list = Array.isArray(messages) ? messages : [];
  const size = ref ? `${Math.ceil(ref.bytes / 1024)} KiB` : count(list.length, 'message');
  return disclosure([h('span', {}, title), h('span', { class: 'muted' }, size)],
    () => (ref ? fetched(ref, messageList) : messageList(list)), { class: 'step-detail' });
}

function passage(one) {
  const place = one.char_start === undefined ? '' : `characters ${one.char_start}–${one.char_end}`;
  const source = h('strong', {}, one.source ?? 'passage');
  return h('li', { class: 'passage' },
    h('p', { class: 'passage-head' }, source, h('span', { class: 'muted' }, place)),
    textView(one.text ?? ''));
}

// What a component answered: passages as passages, a text as text, anything else as JSON.
export function contentBlock(content) {
  const ref = referenceOf(content);
  if (ref) return fetched(ref, contentBlock);
  if (Array.isArray(content?.results) && content.results.every((one) => typeof one?.text === 'string')) {
    if (content.results.length === 0) return h('p', { class: 'muted' }, 'Found no passage.');
    return h('ol', { class: 'passages' }, content.results.map(passage));
  }
  const keys = content && typeof content === 'object' ? Object.keys(content) : [];
  if (keys.length === 1 && typeof content[keys[0]] === 'string') return textView(content[keys[0]]);
  return jsonBlock(content);
}

export function errorBlock(error) {
  if (typeof error === 'string') return h('p', { class: 'failure' }, error);
  const notes = [error.source && `from the ${error.source}`, error.retryable && 'may work if asked again'];
  return h('div', { class: 'failure' },
    h('p', {}, error.code && h('code', {}, error.code), ' ', error.message ?? ''),
    error.message_ref && fetched(error.message_ref, (text) => h('pre', { tabindex: '0' }, text)),
    error.detail && h('pre', { tabindex: '0' }, error.detail),
    h('p', { class: 'muted' }, notes.filter(Boolean).join(' · ')));
}

const statusWords = {
  ok: 'ok', error: 'failed', timeout: 'timed out', crashed: 'crashed', invalid_output: 'invalid output',
  cancelled: 'cancelled', rejected: 'rejected', denied: 'denied', late: 'late',
};
export const statusWord = (status) => statusWords[status] ?? String(status ?? '');

const hints = [
  [/aggregator/i, 'The aggregator puts the results together. Choose one below the question, or name it in '
    + 'cedar.toml: aggregator = "aggregator.extractive" uses no language model.'],
  [/selector/i, 'The selector chooses whom a run asks. Name another one in cedar.toml, or selector = "builtin" for '
    + 'the host\'s own selection.'],
  [/missing_key/, 'Or ask again below with an aggregator that uses no language model.'],
  [/insufficient_results/, 'Too few components answered. Open them above to see why.'],
  [/deadline/, 'The run used up its time. Ask again, or give runs more time with --run-timeout-ms.'],
  [/unavailable|connection lost/, 'The server is busy, stopping or unreachable. Ask again in a moment.'],
  [/unknown run/, 'The server no longer keeps the events of this run. Ask again.'],
];

export function hintFor(event) {
  const text = `${event.error ?? ''} ${event.code ?? ''}`;
  return hints.find(([pattern]) => pattern.test(text))?.[1] ?? '';
}

export function timingText(call) {
  return [duration(call.duration_ms), call.attempts > 1 && `${call.attempts} attempts`].filter(Boolean).join(' · ');
}
