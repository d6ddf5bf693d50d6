// For the container's HEALTHCHECK: exit code 0 while the server in it answers.
import http from 'node:http';
import https from 'node:https';

const { SURVEILLANCE_HTTP_PORT: port = '5000', SURVEILLANCE_TLS_ENABLED: tls } = process.env;
const client = tls === 'false' ? http : https;
const scheme = tls === 'false' ? 'http' : 'https';
client
  // It asks itself, so whose certificate it is does not matter.
  .get(`${scheme}://127.0.0.1:${port}/healthz`, { rejectUnauthorized: false }, ({ statusCode }) => {
    process.exit(statusCode === 200 ? 0 : 1);
  })
  .on('error', () => process.exit(1));
