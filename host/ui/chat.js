// The project page: the question box, the log of runs, and the list of components beside it.
import { loadComponents, showComponents } from './components.js';
import { append, h } from './dom.js';
import { watchPlugins } from './plugins.js';
import { RunSocket } from './socket.js';
import { RunView } from './run_view.js';

const projectId = document.body.dataset.project;
const msgs = document.getElementById('msgs');
const form = document.getElementById('chatForm');
const input = document.getElementById('chatInput');
const status = document.getElementById('status');
const picker = document.getElementById('aggregator');
const debug = document.getElementById('debug');
const side = document.getElementById('components');
const panel = document.getElementById('componentList');
const pluginPanel = document.getElementById('plugins');
const toggle = document.getElementById('componentsToggle');

const kept = `cedar.runs.${projectId}`;  // runs of this tab, so that a reload shows them again
const keptRuns = 20;
let catalogue = { components: [], aggregator: {}, unused: [] };
let threadId;

const announce = (text) => { status.textContent = text; };

function aggregators() {
  return catalogue.components.filter((one) => one.role === 'aggregator').map((one) => one.id);
}

function atBottom() {
  const page = document.scrollingElement;
  return page.scrollHeight - page.scrollTop - page.clientHeight < 120;
}

// Keeps the newest in sight of a reader who is at the bottom. Measured once a frame: a thousand events may come in one.
let following = false;
function follow(always = false) {
  if (following) return;
  following = true;
  const stay = always || atBottom();
  requestAnimationFrame(() => {
    following = false;
    if (stay) document.scrollingElement.scrollTop = document.scrollingElement.scrollHeight;
  });
}

function readRuns() {
  try {
    return JSON.parse(sessionStorage.getItem(kept)) ?? [];
  } catch {
    return [];
  }
}

function keepRun(runId, question) {
  const runs = readRuns().filter((one) => one.runId !== runId);
  runs.push({ runId, question });
  try {
    sessionStorage.setItem(kept, JSON.stringify(runs.slice(-keptRuns)));
  } catch {
    // A full or forbidden session storage costs the redraw after a reload, nothing else.
  }
}

function forgetRun(runId) {
  sessionStorage.setItem(kept, JSON.stringify(readRuns().filter((one) => one.runId !== runId)));
}

// Shows a run and listens to it; `begin` says whether it is asked anew or resumed. `restored`: the run's id, when it
// was found after a reload; one that the server no longer keeps is taken off the page.
function watch(question, request, begin, restored = '') {
  document.getElementById('welcome')?.remove();
  const view = new RunView(question, {
    cancel: () => socket.cancel(),
    again: (aggregator) => ask(question, aggregator ? { ...request, aggregator } : request),
    aggregators,
    announce,
  });
  let isKept = false;
  const socket = new RunSocket(projectId, {
    onEvent: (event) => {
      if (restored && event.run_id !== restored && event.code === 'not_found') {
        forgetRun(restored);
        view.element.remove();
        return;
      }
      follow();
      if (event.thread_id) threadId = event.thread_id;
      if (!isKept && !event.local) keepRun(event.run_id, question);
      isKept = true;
      view.onEvent(event);
    },
    onLost: (attempt) => view.lost(attempt),
    onBack: () => view.back(),
    onEnd: () => {},
  });
  append(msgs, [view.element]);
  follow(true);
  begin(socket);
}

function ask(question, options) {
  const request = { content: question, ...options };
  if (threadId) request.thread_id = threadId;
  watch(question, options, (socket) => socket.chat(request));
  announce('Question sent');
}

function submit() {
  const question = input.value.trim();
  if (question === '') {
    input.focus();
    return;
  }
  const options = {};
  if (picker.value) options.aggregator = picker.value;
  if (debug.checked) options.debug = true;
  input.value = '';
  fit();
  ask(question, options);
}

function fit() {
  input.style.height = 'auto';
  input.style.height = `${Math.min(input.scrollHeight + 2, window.innerHeight * 0.4)}px`;
}

function fillPicker() {
  const ids = aggregators();
  const { id: chosen = '', present } = catalogue.aggregator;
  const configured = chosen ? `${chosen} (${present === false ? 'configured, not loaded' : 'configured'})` : 'as configured';
  const others = ids.filter((id) => id !== chosen);
  const picked = picker.value;
  picker.replaceChildren(h('option', { value: '' }, configured), ...others.map((id) => h('option', { value: id }, id)));
  picker.value = others.includes(picked) ? picked : '';
}

async function showCatalogue() {
  try {
    catalogue = await loadComponents();
    fillPicker();
    const opened = [...panel.querySelectorAll('[data-component][open]')].map((card) => card.dataset.component);
    showComponents(panel, catalogue);
    for (const id of opened) panel.querySelector(`[data-component="${CSS.escape(id)}"]`)?.setAttribute('open', '');
    toggle.textContent = `Components (${catalogue.components.length})`;
  } catch (error) {
    panel.replaceChildren(h('h2', {}, 'Components'),
      h('p', { class: 'problem' }, `The list could not be loaded. ${error.message}`),
      h('button', { type: 'button', onclick: showCatalogue }, 'Try again'));
  }
}

function reveal(id) {
  const card = panel.querySelector(`[data-component="${CSS.escape(id)}"]`);
  if (!card) return;
  card.open = true;
  card.scrollIntoView({ block: 'nearest' });
  card.querySelector('summary').focus();
}

function setPanel(open) {
  side.hidden = !open;
  toggle.setAttribute('aria-expanded', String(open));
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  submit();
});
input.addEventListener('input', fit);
input.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    submit();
  }
});
toggle.addEventListener('click', () => setPanel(side.hidden));
setPanel(window.matchMedia('(min-width: 68rem)').matches);
await showCatalogue();
watchPlugins(pluginPanel, showCatalogue, reveal);
for (const { runId, question } of readRuns()) {
  watch(question, {}, (socket) => socket.resume(runId, 0), runId);
}
input.focus();
