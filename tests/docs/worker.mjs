// Runs the JavaScript blocks of the documentation, each as an ES module; the protocol is that of worker.py.
//
// What a block serves is found by watching servers start to listen; an `app`, `handler` or exported `GET` and `POST`
// that nobody serves is served here.
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const folder = process.argv[2];
const answers = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);

const listening = new Set();
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...args) {
  listening.add(this);
  return listen.apply(this, args);
};

const pages = new Map(); // page -> { port, names, servers }
globalThis.documentation = {};

async function open(page) {
  const probe = http.createServer();
  await new Promise((ready) => listen.call(probe, 0, '127.0.0.1', ready));
  const { port } = probe.address();
  await new Promise((closed) => probe.close(closed));
  return { port, names: {}, servers: [], url: `http://127.0.0.1:${port}`, number: 0, page };
}

async function run(page, { place, code, continues, serve }) {
  const serves = !continues || /^(?:const|export (?:const|async function|function)) (?:app|handler|GET|POST)\b/m.test(code);
  if (serves) await stop(page);
  listening.clear();
  const declared = [...code.matchAll(/^(?:export )?(?:async )?(?:const|let|function|class) (\w+)/gm)].map(([, name]) => name);
  const taken = [...code.matchAll(/^(?:const|let) \{([^}]*)\}/gm)].flatMap(([, names]) => names.match(/\w+(?=\s*(?:,|=|$))/g));
  const imported = [...code.matchAll(/^import\b([^;]*?)\bfrom\b/gm)].flatMap(([, names]) => names.match(/[\w$]+/g) ?? []);
  const exported = [...code.matchAll(/^export (?:async )?(?:const|let|function|class) (\w+)/gm)].map(([, name]) => name);
  const own = new Set([...declared, ...taken, ...imported]);
  const earlier = continues ? Object.keys(page.names).filter((name) => !own.has(name)) : [];
  globalThis.documentation[page.page] = page.names;
  const before = earlier.length ? `const { ${earlier} } = globalThis.documentation[${JSON.stringify(page.page)}];\n` : '';
  const names = [...own].filter((name) => !exported.includes(name) && name !== 'as' && name !== 'type');
  const after = names.length ? `\nexport { ${names} };\n` : '';
  const file = `${folder}/${page.page.replace(/\W/g, '-')}-${(page.number += 1)}.mjs`;
  fs.writeFileSync(file, `${before}${code.replaceAll(/(\blisten\(|port: )3\d\d\d\b/g, `$1${page.port}`)}${after}`);
  const module = await import(`${pathToFileURL(file)}`);
  page.names = { ...(continues ? page.names : {}), ...module };
  if (!serve) return null;
  if (serves && !listening.size) await serveNames(page);
  for (const server of listening) {
    if (!server.listening) await new Promise((ready, failed) => server.once('listening', ready).once('error', failed));
    page.servers.push(server);
  }
  return page.servers.length ? page.url : null;
}

async function serveNames(page) {
  const { app, handler, GET, POST } = page.names;
  let answer;
  if (app?.routing && app?.ready) { await app.listen({ port: page.port }); return; } // Fastify
  if (app?.fetch) answer = (request) => app.fetch(request);
  else if (typeof app === 'function') { app.listen?.(page.port) ?? http.createServer(app).listen(page.port); return; }
  else if (POST ?? GET) answer = (request) => page.names[request.method]?.(request) ?? new Response(null, { status: 405 });
  else if (typeof handler === 'function') answer = (request) => handler(request);
  else return;
  http.createServer((incoming, outgoing) => webStandard(page, answer, incoming, outgoing)).listen(page.port);
}

/** What a web-standard runtime does around a handler. */
async function webStandard(page, answer, incoming, outgoing) {
  const body = Buffer.concat(await incoming.toArray());
  const request = new Request(new URL(incoming.url, page.url), {
    method: incoming.method,
    headers: incoming.rawHeaders.reduce((pairs, value, i) => (i % 2 ? pairs.at(-1).push(value) : pairs.push([value]), pairs), []),
    body: body.length ? body : undefined,
  });
  try {
    const response = await answer(request);
    outgoing.writeHead(response.status, [...response.headers].flat());
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  } catch (error) {
    console.error(error);
    outgoing.writeHead(500).end();
  }
}

async function stop(page) {
  for (const server of page.servers.splice(0)) {
    server.closeAllConnections?.();
    await new Promise((closed) => server.close(closed));
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const job = JSON.parse(line);
  let answer = {};
  try {
    if (!pages.has(job.page)) pages.set(job.page, await open(job.page));
    const page = pages.get(job.page);
    if (job.do === 'open') answer = { url: page.url };
    if (job.do === 'run') answer = { url: await run(page, job) };
    if (job.do === 'close') await stop(page);
  } catch (error) {
    answer = { error: error.stack ?? String(error) };
  }
  answers(`${JSON.stringify(answer)}\n`);
}
process.exit(0);
