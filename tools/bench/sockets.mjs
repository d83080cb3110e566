// What sockets compares with: a WebSocket server by `ws` that answers each message with itself.
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({host: '127.0.0.1', port: 0, backlog: 4096, perMessageDeflate: false});
server.on('connection', (socket) => socket.on('message', (data) => socket.send(data, {binary: false})));
server.on('listening', () => console.log(server.address().port));
