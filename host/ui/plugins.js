// The list of plugin files beside the log, as it changes: what became of each, why, since when, and where it runs.
import { append, count, h } from './dom.js';

const lookMs = 2000;
const slowestLookMs = 30000;
const shownEvents = 10;

const words = {
  found: 'found',
  probing: 'being tried',
  ready: 'ready',
  rejected: 'rejected',
  shadowed: 'shadowed',
  quarantined: 'in quarantine',
  draining: 'draining',
};

function modeWords(mode) {
  if (!mode || mode === 'in-process') return "in the host's process";
  if (mode === 'process') return 'in a process of its own';
  return `in the worker process of ${mode.replace('group:', 'group ')}`;
}

const nameOf = (file) => file.slice(file.lastIndexOf('/') + 1);

function when(since) {
  const time = new Date(since);
  return Number.isNaN(time.getTime()) ? since : h('time', { datetime: since }, time.toLocaleString());
}

function componentRow(component, reveal) {
  const paused = { open: 'paused after failures', half_open: 'on trial after failures' }[component.circuit];
  const open = paused ? h('span', { class: 'badge state-rejected' }, paused) : '';
  const name = component.in_use
    ? h('button', { type: 'button', class: 'link', onclick: () => reveal(component.id) }, component.id)
    : h('code', {}, component.id);
  return h('li', {}, name, ' ', component.version, component.in_use ? '' : ' (not in use)', ' ', open);
}

function endsText({ crashes, kills, stuck, last, last_at: at }) {
  const parts = [[crashes, 'crashed'], [kills, 'killed'], [stuck, 'stuck']].filter(([times]) => times > 0)
    .map(([times, word]) => `${word} ${count(times, 'time')}`);
  return h('span', { class: 'plugin-ends' }, `${parts.join(', ')}; the last: `, when(at), `, ${last}`);
}

function hostCrashesText({ times, last, last_at: at }) {
  return h('span', { class: 'plugin-ends' }, `ended the host's process ${count(times, 'time')}; the last: `, when(at), `, ${last}`);
}

function facts(plugin) {
  const rows = [
    ['File', h('code', {}, plugin.file)],
    ['Since', when(plugin.since)],
    ['Runs', plugin.generation ? modeWords(plugin.mode) : ''],
    ['Generation', plugin.generation || ''],
    ['Ended', plugin.ends ? endsText(plugin.ends) : ''],
    ['Crashes', plugin.host_crashes ? hostCrashesText(plugin.host_crashes) : ''],
    ['SHA-256', plugin.sha256 ? h('code', {}, plugin.sha256) : ''],
  ];
  return h('dl', {}, rows.filter(([, value]) => value).map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));
}

function row(plugin, opened, reveal) {
  const details = h('details', { 'data-plugin': nameOf(plugin.file), 'data-state': plugin.state,
    open: opened.has(plugin.file) || undefined },
  h('summary', {},
    h('span', { class: 'component-id' }, nameOf(plugin.file)),
    h('span', { class: `badge state-${plugin.state}` }, words[plugin.state] ?? plugin.state),
    plugin.generation > 0 && h('span', { class: 'version' }, `${plugin.mode}, generation ${plugin.generation}`),
    plugin.reason && h('span', { class: 'component-summary' }, plugin.reason)),
  facts(plugin),
  h('ul', { class: 'plugin-components' }, (plugin.components ?? []).map((one) => componentRow(one, reveal))),
  (plugin.warnings ?? []).map((text) => h('p', { class: 'hint' }, `Manifest: ${text}`)));
  details.addEventListener('toggle', () => {
    if (details.open) opened.add(plugin.file);
    else opened.delete(plugin.file);
  });
  return h('li', { class: 'component' }, details);
}

// What is enforced, and what is not, in the words of the list that is shown.
function isolationNote(plugins) {
  const running = plugins.filter((one) => one.generation > 0);
  const inside = running.filter((one) => one.mode === 'in-process').length;
  const outside = running.length - inside;
  const parts = [];
  if (inside > 0) {
    parts.push(`${count(inside, 'plugin')} ${inside === 1 ? 'runs' : 'run'} in the host's own process: deadlines and limits `
      + 'hold there, but nothing is contained. A crash ends the host; one that never returns keeps its thread.');
  }
  if (outside > 0) {
    parts.push(`${count(outside, 'plugin')} ${outside === 1 ? 'runs' : 'run'} in worker processes: a crash or a hang costs `
      + 'that worker and what it held, and a new one takes over.');
  }
  return parts.map((text) => h('p', { class: 'hint isolation' }, text));
}

const eventWords = {
  ...words,
  deleted: 'deleted',
  crashed: 'crashed',
  killed: 'killed',
  written_off: 'thread written off',
  ended_the_host: 'ended the host',
};

// What has happened lately, the latest first.
function eventList(events) {
  if (!events.length) return '';
  const rows = events.slice(-shownEvents).reverse().map((one) => h('li', { 'data-event': one.event },
    when(one.at), ' ', h('code', {}, nameOf(one.file)), ' ', eventWords[one.event] ?? one.event, one.text && `: ${one.text}`));
  return h('section', { class: 'plugin-events' }, h('h3', {}, 'Lately'), h('ul', {}, rows));
}

function show(panel, body, opened, reveal) {
  const plugins = body.plugins ?? [];
  const bad = plugins.filter((one) => ['rejected', 'quarantined'].includes(one.state)).length;
  panel.replaceChildren();
  append(panel, [
    h('h2', {}, 'Plugins ', h('span', { class: 'number' }, plugins.length),
      bad > 0 && h('span', { class: 'badge state-rejected' }, `${bad} refused`)),
    body.safe_mode ? h('p', { class: 'hint' }, 'Safe mode: only what came with the host was looked at.') : '',
    plugins.length ? h('ul', { class: 'component-list' }, plugins.map((one) => row(one, opened, reveal)))
      : h('p', { class: 'hint' }, 'No library was found.'),
    (body.problems ?? []).map((text) => h('p', { class: 'problem' }, text)),
    eventList(body.events ?? []),
    isolationNote(plugins),
  ]);
}

// Keeps `panel` up to date while the page is looked at. `onChange`: other components are in use than before.
// `reveal(id)`: shows a component's card, with its schemas.
export function watchPlugins(panel, onChange, reveal) {
  const opened = new Set();
  let shown = '';
  let used = '';
  let wait = lookMs;

  async function look() {
    const answer = await fetch('/api/plugins', { headers: { Accept: 'application/json' } });
    if (!answer.ok) throw new Error(`GET /api/plugins: expected 200, got ${answer.status}`);
    const text = await answer.text();
    if (text === shown) return;
    shown = text;
    const body = JSON.parse(text);
    show(panel, body, opened, reveal);
    const now = JSON.stringify((body.plugins ?? []).filter((one) => one.state !== 'draining')
      .map((one) => [one.file, one.generation, one.components.map((part) => part.in_use)]));
    if (used && used !== now) onChange();
    used = now;
  }

  async function turn() {
    if (!document.hidden) {
      try {
        await look();
        wait = lookMs;
      } catch {
        wait = Math.min(wait * 2, slowestLookMs);  // the host is away; what was seen last stays
      }
    }
    setTimeout(turn, wait);
  }
  turn();
}
