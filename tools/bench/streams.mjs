// The same event streams from Node: one process, one HTTP server, each event made into text once for all readers.
// streams.mjs READERS EVENTS PER_SECOND (0: as fast as readers take them). Prints its port.
import { createServer } from 'node:http';

const [readers, events, perSecond] = process.argv.slice(2).map(Number);
const sockets = [];
const kWindow = 256 * 1024; // as much as a reader may be behind

function text(seq) {
  const data = JSON.stringify({type: 'info', eid: 'e'.repeat(32), run_id: 'a'.repeat(32), seq, project_id: 1,
    thread_id: 7, stage: 'x'.repeat(40), sent: Number(process.hrtime.bigint())});
  return Buffer.from(`id: ${'a'.repeat(32)}-${seq}\ndata: ${data}\n\n`);
}

let seq = 0;
function send() {
  const frame = text(++seq);
  for (const socket of sockets) socket.write(frame);
}

function burst() {
  for (let i = 0; i < 50 && seq < events; ++i) send();
  if (seq >= events) return;
  const wait = () => (sockets.some((socket) => socket.writableLength > kWindow) ? setTimeout(wait, 1) : burst());
  setImmediate(wait);
}

function pace() {
  const begin = performance.now();
  const next = () => {
    while (seq < events && performance.now() - begin >= seq * 1000 / perSecond) send();
    if (seq < events) setTimeout(next, 1);
  };
  next();
}

const server = createServer((request, response) => {
  const socket = response.socket;
  socket.setNoDelay(true);
  socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n');
  socket.on('error', () => {});
  socket.on('close', () => process.exit()); // the readers have what they came for
  sockets.push(socket);
  if (sockets.length === readers) setTimeout(perSecond > 0 ? pace : burst, 200);
});
server.listen(0, '127.0.0.1', 4096, () => console.log(server.address().port));
