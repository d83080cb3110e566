// The list of components: who can be asked, what each needs, and the schemas of what goes in and comes out.
import { count, disclosure, h, jsonBlock } from './dom.js';

export async function loadComponents() {
  const answer = await fetch('/api/components', { headers: { Accept: 'application/json' } });
  if (!answer.ok) throw new Error(`GET /api/components: expected 200, got ${answer.status}`);
  const body = await answer.json();
  const unused = (body.rejected ?? [])
    .filter((one) => one.component)  // the files are in the list of plugins
    .map((one) => ({ what: one.component, why: one.reason }));
  const aggregator = { id: body.aggregator ?? '', present: body.aggregator_present };
  return { components: body.components ?? [], aggregator, unused };
}

const schemas = [['input', 'Input'], ['output', 'Output'], ['config', 'Configuration']];

function schemaBlocks(component) {
  return schemas
    .filter(([key]) => component[key] && Object.keys(component[key]).length > 0)
    .map(([key, title]) => disclosure(title, () => jsonBlock(component[key]), { class: 'schema' }));
}

function facts(component) {
  const rows = [
    ['Needs', (component.needs ?? []).join(', ') || 'nothing'],
    ['Tags', (component.tags ?? []).join(', ')],
    ['Limit', component.timeout_ms ? `${component.timeout_ms} ms` : ''],
    ['Runs', component.execution],
    ['Plugin', component.plugin],
  ];
  const shown = rows.filter(([, value]) => value);
  return h('dl', {}, shown.map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));
}

function card(component, chosen) {
  const title = [
    h('span', { class: 'component-id' }, component.id),
    h('span', { class: 'version' }, component.version),
    h('span', { class: `badge role-${component.role}` }, component.role),
    chosen && h('span', { class: 'badge chosen' }, 'configured'),
    component.summary && h('span', { class: 'component-summary' }, component.summary),
  ];
  return h('li', { class: 'component' },
    disclosure(title, () => [facts(component), ...schemaBlocks(component)], { 'data-component': component.id }));
}

function unusedBlock(unused) {
  if (unused.length === 0) return '';
  return h('details', { class: 'unused' },
    h('summary', {}, `${count(unused.length, 'thing')} found and not used`),
    h('ul', {}, unused.map((one) => h('li', {}, one.what && h('code', {}, one.what), ' ', one.why))));
}

function missingNote(aggregator) {
  if (!aggregator.id || aggregator.present !== false) return '';
  return h('p', { class: 'problem' }, 'The configured aggregator ', h('code', {}, aggregator.id),
    ' is not loaded: choose another below the question.');
}

export function showComponents(panel, { components, aggregator, unused }) {
  const list = h('ul', { class: 'component-list' }, components.map((one) => card(one, one.id === aggregator.id)));
  const search = h('input', {
    type: 'search', id: 'componentSearch', placeholder: 'Filter', 'aria-label': 'Filter components',
    oninput: () => {
      const words = search.value.toLowerCase();
      components.forEach((one, i) => {
        list.children[i].hidden = !`${one.id} ${one.summary} ${one.role}`.toLowerCase().includes(words);
      });
    },
  });
  panel.replaceChildren(
    h('h2', {}, 'Components ', h('span', { class: 'number' }, components.length)),
    missingNote(aggregator),
    components.length > 8 ? search : '',
    components.length ? list : h('p', { class: 'hint' }, 'None is loaded. Start the server with --plugins DIR.'),
    unusedBlock(unused));
}
