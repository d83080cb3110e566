// The list of components: who can be asked, what each needs, and the schemas of what goes in and comes out.
import { count, disclosure, h, jsonBlock } from './dom.js';

export async function loadComponents() {
  const answer = await fetch('/api/components', { headers: { Accept: 'application/json' } });
  if (!answer.ok) throw new Error(`GET /api/components: expected 200, got ${answer.status}`);
  const body = await answer.json();
  return {
    components: Array.isArray(body) ? body : body.components ?? [],
    aggregator: body.aggregator ?? '',
    rejected: body.rejected ?? [],
  };
}

// Whether a component asks a language model, by the services it says it needs.
export function usesModel(component) {
  return (component.needs ?? []).some((need) => need.startsWith('llm.'));
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
  return h('dl', {}, rows.filter(([, value]) => value).map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));
}

function card(component, chosen) {
  const title = [
    h('span', { class: 'component-id' }, component.id),
    h('span', { class: 'version' }, component.version),
    h('span', { class: `badge role-${component.role}` }, component.role),
    chosen && h('span', { class: 'badge chosen' }, 'configured'),
  ];
  return h('li', { class: 'component' },
    disclosure(title, () => [facts(component), ...schemaBlocks(component)], { 'data-component': component.id }),
    component.summary && h('p', { class: 'summary' }, component.summary));
}

function rejectedBlock(rejected) {
  if (rejected.length === 0) return null;
  return h('details', { class: 'rejected' },
    h('summary', {}, `${count(rejected.length, 'plugin file')} not used`),
    h('ul', {}, rejected.map((one) => h('li', {}, h('code', {}, one.file), ' ', one.reason))));
}

export function showComponents(panel, { components, aggregator, rejected }) {
  const list = h('ul', { class: 'component-list' }, components.map((one) => card(one, one.id === aggregator)));
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
    components.length > 8 ? search : '',
    components.length ? list : h('p', { class: 'hint' }, 'No component is loaded. Start the server with --plugins DIR.'),
    rejectedBlock(rejected) ?? '');
}
