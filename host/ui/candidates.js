// The components that a run asked: one row each, from being asked to what came back. Made for two as for a
// thousand.
import { count, disclosure, h } from './dom.js';
import { contentBlock, errorBlock, promptBlock, statusWord, timingText } from './steps.js';

const openUpTo = 12;

export class Candidates {
  constructor() {
    this.rows = new Map();
    this.done = 0;
    this.failed = 0;
    this.summary = h('span', { class: 'step-text' });
    this.list = h('ul', { class: 'candidates' });
    this.element = h('li', { class: 'step step-candidates', 'data-state': 'running' });
    this.details = h('details', { open: true }, h('summary', {}, this.summary), this.list);
    this.element.append(this.details);
  }

  ask(call) {
    const state = h('span', { class: 'status', 'data-status': 'asked' }, 'asked');
    const reason = h('span', { class: 'reason' }, call.reason ?? '');
    const time = h('span', { class: 'time' });
    const dot = h('span', { class: 'dot', 'aria-hidden': 'true' });
    const head = [dot, h('span', { class: 'id' }, call.component), reason, time, state];
    const row = { state, reason, time, call: undefined, prompts: [], notes: [], element: undefined };
    row.element = h('li', { 'data-component': call.component, 'data-status': 'asked' },
      disclosure(head, () => this.body(row, call.component)));
    this.rows.set(call.component, row);
    this.list.append(row.element);
    if (this.rows.size === openUpTo + 1) this.details.open = false;
    this.count();
  }

  // What a row shows when it is opened while the run goes on is filled in as it comes.
  body(row, component) {
    row.bodyElement = h('div', { class: 'candidate-body' });
    this.fill(row, component);
    return row.bodyElement;
  }

  fill(row, component) {
    const call = row.call;
    const parts = [];
    if (!call) parts.push(h('p', { class: 'muted' }, 'Not answered yet.'));
    if (call?.error) parts.push(errorBlock(call.error));
    if (call?.content !== undefined) parts.push(contentBlock(call.content));
    else if (call && !call.error) {
      parts.push(h('p', { class: 'muted' }, `${call.content_bytes ?? 0} octets, too much to show here: `
        + 'the aggregator got them whole.'));
    }
    row.prompts.forEach((prompt) => parts.push(promptBlock(`Prompt of ${component}`, prompt)));
    row.notes.forEach((note) => parts.push(h('p', { class: 'muted' }, note)));
    row.bodyElement.replaceChildren(...parts);
  }

  result(call) {
    if (!this.rows.has(call.component)) this.ask(call);
    const row = this.rows.get(call.component);
    row.call = call;
    row.state.textContent = statusWord(call.status);
    row.element.dataset.status = call.status;
    row.time.textContent = timingText(call);
    this.done += 1;
    if (call.status !== 'ok') this.failed += 1;
    this.changed(row, call.component);
    this.count();
  }

  prompt(component, messages) {
    const row = this.rows.get(component);
    if (!row) return false;
    row.prompts.push(messages);
    this.changed(row, component);
    return true;
  }

  note(component, text) {
    const row = this.rows.get(component);
    if (!row) return false;
    row.notes.push(text);
    if (!row.call) row.time.textContent = text;
    this.changed(row, component);
    return true;
  }

  changed(row, component) {
    if (row.bodyElement) this.fill(row, component);
  }

  count() {
    const all = this.rows.size;
    const ok = this.done - this.failed;
    const parts = [`Asked ${count(all, 'component')}`];
    if (this.done > 0) parts.push(`${ok} ok`);
    if (this.failed > 0) parts.push(`${this.failed} failed`);
    if (this.done < all) parts.push(`${all - this.done} open`);
    this.summary.textContent = parts.join(' · ');
    this.element.dataset.state = this.done < all ? 'running' : this.failed ? 'warn' : 'done';
  }
}
