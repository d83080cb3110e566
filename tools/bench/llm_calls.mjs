// The same calls in Node: `http` with a keep-alive agent, and the openai client where it is installed (npm ci in this
// folder's copy in the build). Usage: node llm_calls.mjs BASE_URL. Prints "name value" a line.
import http from 'node:http';
import { performance } from 'node:perf_hooks';

const base = process.argv[2];
const count = 1000;
const rounds = 7;
const agent = new http.Agent({ keepAlive: true, maxSockets: count });
const question = { model: 'gpt-5', messages: [{ role: 'user', content: 'Hi' }] };

function post() {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify(question);
    const headers = {
      'content-type': 'application/json', 'content-length': Buffer.byteLength(body), authorization: 'Bearer any',
    };
    const request = http.request(`${base}/chat/completions`, { method: 'POST', agent, headers }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => {
        try {
          resolve(JSON.parse(Buffer.concat(parts).toString('utf8')).choices[0].message.content);
        } catch (error) {
          reject(error);
        }
      });
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

async function measure(name, call) {
  const walls = [];
  const cpus = [];
  for (let round = 0; round <= rounds; ++round) {
    const cpu = process.cpuUsage();
    const begin = performance.now();
    await Promise.all(Array.from({ length: count }, call));
    const wall = performance.now() - begin;
    const used = process.cpuUsage(cpu);
    if (round === 0) {
      console.log(`${name}_cold`, wall);  // connections are made in the first round
    } else {
      walls.push(wall);
      cpus.push((used.user + used.system) / count);
    }
  }
  const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
  console.log(name, median(walls));
  console.log(`${name}_cpu_us`, median(cpus));
}

await measure('node_http', post);
agent.destroy();

const client = await import('openai').then((module) => new module.default({ apiKey: 'any', baseURL: base, maxRetries: 0 }))
  .catch(() => undefined);
if (client) await measure('openai', () => client.chat.completions.create(question));
