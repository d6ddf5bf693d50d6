/** A server that is trusted by its very certificate: it, and no other, is told anything. */
import { once } from 'node:events';
import { createServer, get, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pinned } from '../../gateway/server-trust.ts';

let server: Server;
let fingerprint: string;
/** Keys that were told to it. */
const told: unknown[] = [];

beforeAll(async () => {
  const pem = await generate([{ name: 'commonName', value: 'elsewhere' }], { keyType: 'ec' });
  const shown = new X509Certificate(pem.cert).fingerprint256;
  fingerprint = shown.replaceAll(':', '').toLowerCase();
  server = createServer({ cert: pem.cert, key: pem.private }, (request, response) => {
    told.push(request.headers.authorization);
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => void server.close());

function ask(expected: string): Promise<number | undefined> {
  const agent = pinned(expected);
  const { port } = server.address() as AddressInfo;
  const headers = { authorization: 'Bearer secret' };
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, agent, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).once('error', reject);
  });
}

test('the certificate that was named is enough, whoever signed it and whatever name it has', async () => {
  expect(await ask(fingerprint)).toBe(200);
  expect(told).toEqual(['Bearer secret']);
});

test('another certificate is refused in words, and is told no key', async () => {
  told.length = 0;
  const other = fingerprint.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
  await expect(ask(other)).rejects.toThrow(`another one: ${fingerprint}`);
  expect(told).toEqual([]);
});
