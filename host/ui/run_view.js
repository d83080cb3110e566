// One question and everything that happens until its answer, as an article of the log.
import { count, duration, fetched, h, jsonBlock, disclosure } from './dom.js';
import { Candidates } from './candidates.js';
import { hintFor, promptBlock, statusWord } from './steps.js';
import { textView } from './text_view.js';

const states = {
  sending: 'Sending', queued: 'Waiting', running: 'Working', finalizing: 'Putting together', complete: 'Complete',
  partial: 'Partial', failed: 'Failed', cancelled: 'Cancelled', lost: 'Reconnecting',
};

export class RunView {
  // `actions`: cancel(), again(aggregator), aggregators(), announce(text).
  constructor(question, actions) {
    this.actions = actions;
    this.started = performance.now();
    this.chip = h('span', { class: 'chip' });
    this.timer = h('span', { class: 'timer', 'aria-label': 'Time since the question was sent' });
    this.cancelButton = h('button', { type: 'button', class: 'cancel', onclick: () => this.onCancel() }, 'Cancel');
    this.steps = h('ol', { class: 'steps' });
    this.stepsTitle = h('span', {}, 'Steps');
    this.answer = h('div', { class: 'answer' });
    this.element = h('article', { class: 'run', 'aria-label': `Question: ${question}` },
      h('div', { class: 'question' }, h('p', {}, question || '(empty question)')),
      h('div', { class: 'run-bar' }, this.chip, this.timer, this.cancelButton),
      h('details', { class: 'steps-box', open: true }, h('summary', {}, this.stepsTitle), this.steps),
      this.answer);
    this.setState('sending');
    this.ticker = setInterval(() => this.tick(), 100);
    this.tick();
  }

  setState(state) {
    this.state = state;
    this.element.dataset.state = state;
    this.chip.textContent = states[state];
  }

  tick() { this.timer.textContent = duration(performance.now() - this.started); }

  onCancel() {
    this.cancelButton.disabled = true;
    this.cancelButton.textContent = 'Cancelling…';
    this.actions.cancel();
  }

  step(content) {
    this.steps.append(h('li', { class: 'step' }, h('span', { class: 'step-text' }, content), this.stepTime()));
  }

  // When the step happened, counted from the first event, by the host's clock.
  stepTime() {
    const ms = this.at - this.firstAt;
    return Number.isFinite(ms) ? h('span', { class: 'time' }, ms < 1 ? '' : `+${duration(ms)}`) : null;
  }

  lost(attempt) {
    this.before ??= this.state;
    this.setState('lost');
    if (attempt === 1) this.actions.announce('Connection lost, reconnecting');
  }

  back() {
    if (this.before) this.setState(this.before);
    this.before = undefined;
  }

  onEvent(event) {
    this.at = Date.parse(event.t);
    this.firstAt ??= this.at;
    const handle = {
      ack: () => this.onAck(event),
      info: () => this.onInfo(event),
      action: () => this.onAction(event),
      message: () => event.role !== 'user' && this.step(`${event.role}: ${event.text}`),
      prompt: () => this.step(promptBlock('Prepared the context', event.messages)),
      debug: () => this.onDebug(event),
      token: () => this.onToken(event),
      progress: () => this.candidates?.note(event.component, event.text) || this.step(event.text),
      final: () => this.onFinal(event),
      error: () => this.onError(event),
    }[event.type] ?? (() => this.step(disclosure(`Event ${event.type}`, () => jsonBlock(event))));
    handle();
  }

  onAck(event) {
    const place = event.queue_position ?? 0;
    this.setState(place > 0 ? 'queued' : 'running');
    this.step(place > 0 ? `Received, number ${place} in the queue` : 'Received');
  }

  onInfo(event) {
    const words = { planning: 'Planning', selecting: `${event.component} chooses whom to ask`,
      finalizing: 'Putting the answer together' };
    if (event.component && event.text) {  // of one that the host has given up
      if (!this.candidates?.note(event.component, event.text)) this.step(`${event.component}: ${event.text}`);
      return;
    }
    this.setState(event.stage === 'finalizing' ? 'finalizing' : 'running');
    if (event.stage !== 'submitted') this.step(words[event.stage] ?? event.stage);
  }

  onAction(event) {
    const call = event.call ?? {};
    if (event.function === 'component') return this.onCandidate(call);
    if (event.function === 'component_result') return this.list().result(call);
    if (event.function === 'thread_update') return this.step(`Named the thread “${call.title ?? ''}”`);
    this.step(event.text ?? event.function);
  }

  list() {
    if (!this.candidates) {
      this.candidates = new Candidates();
      this.steps.append(this.candidates.element);
    }
    return this.candidates;
  }

  onCandidate(call) { this.list().ask(call); }

  onDebug(event) {
    if (event.component && this.candidates?.prompt(event.component, event.prompt)) return;
    this.step(promptBlock(event.component ? `Prompt of the ${event.component}` : 'Main prompt', event.prompt));
  }

  onToken(event) {
    if (!this.stream) {
      this.stream = h('p', { class: 'stream' });
      this.answer.replaceChildren(this.stream);
    }
    this.stream.append(String(event.text ?? ''));
  }

  onFinal(event) {
    this.finish(event.status === 'partial' ? 'partial' : 'complete', event.timing?.total_ms);
    const args = event.json?.args ?? {};
    const summary = Array.isArray(args.run_summary) ? args.run_summary : [];
    const items = (lines) => lines.map((line) => h('li', {}, line));
    this.answer.replaceChildren(
      args.title ? h('h3', {}, args.title) : '',
      this.wholeText(event),
      h('footer', { class: 'meta' },
        h('p', { class: 'by' }, this.answeredBy(event)),
        h('ul', { class: 'facts' }, items(this.facts(event))),
        summary.length ? disclosure('Summary of the run', () => h('ul', {}, items(summary))) : '',
        disclosure('The final as sent', () => jsonBlock(event))));
    this.actions.announce(`Answer ${event.status ?? 'complete'}`);
  }

  // A very long answer comes as its beginning, with the whole to be fetched.
  wholeText(event) {
    const text = textView(event.text ?? event.json?.args?.text ?? '');
    return event.text_ref ? [text, fetched(event.text_ref, textView)] : text;
  }

  answeredBy(event) {
    const { id, version, llm, repairs, model } = event.aggregator ?? {};
    const name = ['Answered by ', h('code', {}, id), ` ${version ?? ''}`];
    const mended = repairs ? `, after ${count(repairs, 'repair')}` : '';
    if (event.test_mode && llm) return [name, ', in test mode: by rule, no language model was asked.'];
    const asked = [', with the model ', h('code', {}, model?.name), ` (${model?.mode})`];
    const which = model?.name ? asked : ', which uses a language model';
    return [name, llm ? which : ', which uses no language model', mended, '.'];
  }

  facts(event) {
    const { coverage = {}, usage = {}, timing = {} } = event;
    const missing = Array.isArray(event.missing) ? event.missing : [];
    const out = [];
    if (coverage.selected !== undefined) {
      out.push(`${coverage.ok ?? 0} of ${count(coverage.selected, 'component')} answered`);
    }
    const names = missing.map((one) => `${one.component} (${statusWord(one.status)})`);
    const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
    if (names.length) out.push(`without ${names.slice(0, 5).join(', ')}${more}`);
    const tokens = (usage.input_tokens ?? 0) + (usage.output_tokens ?? 0);
    out.push(tokens ? `${usage.input_tokens ?? 0} tokens in, ${usage.output_tokens ?? 0} out` : 'no tokens used');
    if (usage.cost) out.push(`${usage.cost.toFixed(4)} US dollars`);
    if (timing.queue_ms >= 1) out.push(`waited ${duration(timing.queue_ms)}`);
    out.push(`asked in ${duration(timing.fan_out_ms)}`, `put together in ${duration(timing.aggregate_ms)}`);
    return out;
  }

  onError(event) {
    const cancelled = event.error === 'cancelled';
    this.finish(cancelled ? 'cancelled' : 'failed');
    const hint = hintFor(event);
    this.answer.replaceChildren(h('div', { class: 'trouble', role: 'group', 'aria-label': 'Error' },
      h('p', { class: 'trouble-text' }, event.error ?? 'error'),
      event.detail && h('p', { class: 'trouble-detail' }, event.detail),
      event.detail_ref && fetched(event.detail_ref, (text) => h('pre', { tabindex: '0' }, text)),
      hint && h('p', { class: 'hint' }, hint),
      h('div', { class: 'again' }, this.againButtons(event))));
    this.actions.announce(cancelled ? 'Cancelled' : `Failed: ${event.error}`);
  }

  againButtons(event) {
    const button = (text, aggregator) =>
      h('button', { type: 'button', onclick: () => this.actions.again(aggregator) }, text);
    const buttons = [button('Ask again')];
    if (/aggregator|missing_key/i.test(`${event.error} ${event.code}`)) {
      for (const id of this.actions.aggregators()) buttons.push(button(`Ask again with ${id}`, id));
    }
    return buttons;
  }

  finish(state, totalMs) {
    clearInterval(this.ticker);
    this.tick();
    this.before = undefined;
    if (typeof totalMs === 'number') this.timer.textContent = duration(totalMs);
    this.setState(state);
    this.cancelButton.remove();
    this.stepsTitle.textContent = count(this.steps.childElementCount, 'step');
  }
}
