// One run over a WebSocket. A socket that is lost while the run goes on is opened again and the run resumed after
// the last event that was seen, so that no step is missed and none is shown twice.

const firstDelay = 250;
const longestDelay = 5000;
const longestOutage = 120000;
const loginEnded = 4401;

export class RunSocket {
  // `handlers`: onEvent(event), onLost(attempt), onBack(), onEnd(). After onEnd nothing more is called.
  constructor(projectId, handlers) {
    this.url = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws/chat/${projectId}`;
    this.handlers = handlers;
    this.runId = '';
    this.seq = 0;
    this.attempt = 0;
    this.ended = false;
  }

  chat(request) {
    this.first = { action: 'chat', ...request };
    this.open();
  }

  resume(runId, afterSeq) {
    this.runId = runId;
    this.seq = afterSeq;
    this.open();
  }

  cancel() {
    if (this.runId && this.socket?.readyState === WebSocket.OPEN) {
      this.socket.send(JSON.stringify({ action: 'cancel', run_id: this.runId }));
    }
  }

  open() {
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.onopen = () => this.onOpen(socket);
    socket.onmessage = (message) => this.onMessage(message.data);
    socket.onclose = (close) => this.onClose(close.code);
  }

  onOpen(socket) {
    if (this.attempt > 0) this.handlers.onBack();
    const hello = this.runId ? { action: 'resume', run_id: this.runId, after_seq: this.seq } : this.first;
    socket.send(JSON.stringify(hello));
  }

  onMessage(text) {
    if (this.ended) return;
    const event = JSON.parse(text);
    // An event of another run tells why this one cannot be followed.
    this.runId ||= event.run_id;
    if (event.run_id === this.runId) {
      if (event.seq <= this.seq) return;
      this.seq = event.seq;
    }
    this.attempt = 0;
    this.lostAt = undefined;
    this.handlers.onEvent(event);
    if (event.type === 'final' || event.type === 'error') this.end();
  }

  onClose(code) {
    if (this.ended) return;
    if (code === loginEnded) return this.fail('Your login has ended. Reload the page to log in and see how it went on.');
    this.lostAt ??= performance.now();
    this.attempt += 1;
    // A request that no event answered may or may not have arrived: asking twice is the user's decision.
    if (!this.runId) return this.fail('The connection was lost before the run began.');
    if (performance.now() - this.lostAt > longestOutage) return this.fail('The server could not be reached again.');
    this.handlers.onLost(this.attempt);
    const delay = Math.min(longestDelay, firstDelay * 2 ** (this.attempt - 1)) * (0.75 + Math.random() / 2);
    this.timer = setTimeout(() => this.open(), delay);
  }

  fail(detail) {
    this.handlers.onEvent({ type: 'error', error: 'connection lost', code: 'unavailable', detail, local: true });
    this.end();
  }

  end() {
    this.ended = true;
    clearTimeout(this.timer);
    this.handlers.onEnd();
    this.socket.close(1000);
  }
}
