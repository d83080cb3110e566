// What sockets compares with: a WebSocket server by `ws` that answers each message with itself, or, as
// `sockets.mjs events`, reads it as JSON, checks it and answers with an event like the host's.
import { randomBytes } from 'node:crypto';
import { WebSocketServer } from 'ws';

function answer(data) {
  const message = JSON.parse(data);
  if (message.action !== 'cancel' || !/^[0-9a-f]{32}$/.test(message.run_id)) throw new Error('invalid payload');
  return JSON.stringify({
    type: 'error', eid: randomBytes(16).toString('hex'), run_id: randomBytes(16).toString('hex'), seq: 1,
    t: new Date().toISOString(), project_id: 1, thread_id: null, error: 'unknown run', code: 'not_found',
    detail: `run ${message.run_id} is not going on`,
  });
}

const events = process.argv[2] === 'events';
const server = new WebSocketServer({host: '127.0.0.1', port: 0, backlog: 4096, perMessageDeflate: false});
server.on('connection', (socket) => socket.on('message', (data) =>
  events ? socket.send(answer(data)) : socket.send(data, {binary: false})));
server.on('listening', () => console.log(server.address().port));
