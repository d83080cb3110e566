// Elements without markup in strings: text is always set as text, so nothing that comes over the wire is ever
// parsed as HTML.

export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'class') element.className = value;
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  append(element, children);
  return element;
}

export function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
  return element;
}

// A disclosure whose content is made when it is first opened: a run may have a thousand of them.
export function disclosure(summary, make, props = {}) {
  const details = h('details', props, h('summary', {}, summary));
  details.addEventListener('toggle', () => append(details, [make()].flat()), { once: true });
  return details;
}

export function jsonBlock(value) {
  return h('pre', { class: 'json', tabindex: '0' }, h('code', {}, JSON.stringify(value, null, 2)));
}

// The reference that stands for a value too large for its event, if it does.
export function referenceOf(value) {
  const ref = value?.ref;
  return typeof ref?.url === 'string' && ref.url.startsWith('/api/events/body/') ? ref : undefined;
}

// A place for a value that is fetched when it is asked for; `show(value)` makes the elements.
export function fetched(ref, show) {
  const place = h('div', { class: 'fetched' });
  const note = h('span', { class: 'muted', role: 'status' });
  const link = h('a', { href: ref.url, target: '_blank', rel: 'noopener' }, 'as JSON');
  const load = async () => {
    button.disabled = true;
    note.textContent = 'Loading…';
    try {
      const response = await fetch(ref.url);
      if (!response.ok) throw new Error(response.status === 404 ? 'no longer kept by the server' : `HTTP ${response.status}`);
      place.replaceChildren(...[show(await response.json())].flat());
    } catch (problem) {
      button.disabled = false;
      note.textContent = `Not loaded: ${problem.message}`;
    }
  };
  const button = h('button', { type: 'button', onclick: load }, `Show all ${Math.ceil(ref.bytes / 1024)} KiB`);
  append(place, [h('p', {}, button, ' ', link, ' ', note)]);
  return place;
}

export function duration(ms) {
  if (typeof ms !== 'number' || !Number.isFinite(ms)) return '';
  if (ms < 1) return '<1 ms';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return `${(ms / 1000).toFixed(ms < 10000 ? 2 : 1)} s`;
}

export function count(n, one, many = `${one}s`) {
  return `${n} ${n === 1 ? one : many}`;
}
