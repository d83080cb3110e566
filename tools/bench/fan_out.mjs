// The same fan-outs in Node: a promise and a real timer for each node. Prints "name milliseconds" a line.
const answer = '{"summary":"nothing was done, and that well"}';
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function withDeadline(work, ms) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('timeout')), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function check(text) {
  const value = JSON.parse(text);
  if (typeof value.summary !== 'string' || Object.keys(value).length !== 1) throw new Error('invalid_output');
  return value;
}

async function fanOut(count, node, limit) {
  const begin = performance.now();
  const late = [];
  await Promise.allSettled(Array.from({length: count}, () =>
    withDeadline(node().then(check), limit).catch(() => late.push(performance.now() - begin - limit))));
  return {wall: performance.now() - begin, late};
}

const quantile = (values, share) => values.sort((a, b) => a - b)[Math.round(share * (values.length - 1))];

async function median(count, node, limit, pick) {
  const values = [];
  for (let i = 0; i < 7; ++i) values.push(pick(await fanOut(count, node, limit)));
  return quantile(values, 0.5);
}

const wall = (result) => result.wall;
const p99 = (result) => quantile(result.late, 0.99);
const noop = async () => answer;
const wait = async () => { await sleep(50); return answer; };
const hang = () => new Promise(() => {});
console.log('noop_1000', await median(1000, noop, 15000, wall));
console.log('wait_1000', await median(1000, wait, 15000, wall));
console.log('wait_10000', await median(10000, wait, 15000, wall));
console.log('hang_p99', await median(1000, hang, 100, p99));
