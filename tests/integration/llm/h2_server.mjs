// An endpoint that speaks HTTP/2 over TLS, and HTTP/1.1 to who does not: prints its port, then answers each call by a
// text of what it saw. Usage: node h2_server.mjs CERTIFICATE KEY. A call with "hang" is never answered, one with "slow"
// after 100 ms, one with "away" loses its connection; those with "together" are answered when sixty of them wait.
import fs from 'node:fs';
import http2 from 'node:http2';

const together = 60;
const seen = { sessions: 0, calls: 0, aborted: 0, live: 0 };
const held = [];
const server = http2.createSecureServer({
  cert: fs.readFileSync(process.argv[2]),
  key: fs.readFileSync(process.argv[3]),
  allowHTTP1: true,
});

function stream(response, text) {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const part of text) {
    response.write(`data: ${JSON.stringify({ model: 'h2', choices: [{ delta: { content: part } }] })}\n\n`);
  }
  response.end('data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n');
}

function answer(request, response, question) {
  const text = `HTTP/${request.httpVersion} ${JSON.stringify(seen)}`;
  if (question.stream) return stream(response, text);
  const message = { role: 'assistant', content: text };
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ model: 'h2', choices: [{ message, finish_reason: 'stop' }] }));
}

server.on('session', () => { ++seen.sessions; });
server.on('request', (request, response) => {
  ++seen.calls;
  ++seen.live;
  const parts = [];
  let ended = false;
  response.on('close', () => {
    --seen.live;
    if (!ended) ++seen.aborted;
  });
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    const question = JSON.parse(Buffer.concat(parts).toString('utf8'));
    const asked = question.messages[0].content;
    if (asked === 'hang') return;
    if (asked === 'away') {
      request.stream.session.destroy();
      return;
    }
    ended = true;
    if (asked === 'together') {
      held.push(() => answer(request, response, question));
      if (held.length === together) held.forEach((one) => one());
      return;
    }
    setTimeout(() => answer(request, response, question), asked === 'slow' ? 100 : 0);
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
