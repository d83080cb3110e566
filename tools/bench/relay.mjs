// What streams compares with: a relay of Redis channels to event streams, one Redis connection for all. What came in
// one turn of the loop goes to each reader in one write, made once for all readers of a thread. relay.mjs REDIS_URL
import { createServer } from 'node:http';
import Redis from 'ioredis';

const redis = new Redis(process.argv[2]);
const threads = new Map(); // channel to {readers, waiting}
let dirty = [];

function flush() {
  const now = dirty;
  dirty = [];
  for (const thread of now) {
    const text = Buffer.from(thread.waiting.join(''));
    thread.waiting = [];
    for (const socket of thread.readers) socket.write(text);
  }
}

redis.on('message', (channel, text) => {
  const thread = threads.get(channel);
  if (!thread) return;
  if (thread.waiting.push(`data: ${text}\n\n`) > 1) return;
  if (dirty.push(thread) === 1) setImmediate(flush);
});

const server = createServer(async (request, response) => {
  const channel = `cedar:thread:${request.url.split('/')[2]}:pub`;
  const socket = response.socket;
  socket.setNoDelay(true);
  let thread = threads.get(channel);
  if (!thread) threads.set(channel, thread = {readers: new Set(), waiting: [], ready: redis.subscribe(channel)});
  await thread.ready;
  thread.readers.add(socket);
  socket.on('error', () => {});
  socket.on('close', () => {
    thread.readers.delete(socket);
    if (thread.readers.size > 0) return;
    threads.delete(channel);
    redis.unsubscribe(channel);
  });
  socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n:ok\n\n');
});
server.requestTimeout = server.headersTimeout = 0;
server.listen(0, '127.0.0.1', 4096, () => console.log(server.address().port));
