// A proxy on loopback that adds an access token to every request and changes nothing else, for clients that know of none.
//
//   node inject.mjs ENDPOINT TOKEN
import http from 'node:http';

const [, , endpoint, token] = process.argv;
const { hostname, port, pathname } = new URL(endpoint);
const proxy = http.createServer((request, response) => {
  const headers = [...request.rawHeaders, 'Authorization', `Bearer ${token}`];
  const onward = http.request({ hostname, port, method: request.method, path: request.url, headers, setHost: false }, (answer) => {
    response.writeHead(answer.statusCode, answer.statusMessage, answer.rawHeaders).flushHeaders();
    answer.pipe(response);
    answer.on('error', () => response.destroy());
  });
  onward.on('error', () => response.destroy());
  response.on('close', () => onward.destroy());
  request.pipe(onward);
});
proxy.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ endpoint: `http://127.0.0.1:${proxy.address().port}${pathname}` })));
