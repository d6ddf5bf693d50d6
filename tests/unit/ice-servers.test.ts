/** coturn accepts only credentials that are made exactly in its way. */
import { expect, test } from 'vitest';
import { loadSettings } from '../../server/config.ts';
import { iceServersFor } from '../../server/media/ice-servers.ts';

test('credentials say until when they are good, and are signed with the shared secret', () => {
  const settings = loadSettings({
    SURVEILLANCE_TURN_URLS: 'turn:turn.example.org:3478?transport=udp',
    SURVEILLANCE_TURN_SECRET: 'north',
    SURVEILLANCE_TURN_LIFETIME: '3600000',
    SURVEILLANCE_MEDIA_ICE_SERVERS: '[{"urls": "stun:stun.example.org"}]',
  });
  expect(iceServersFor(settings, '0a1b2c3d', 1_000_000_000_000)).toEqual([
    { urls: 'stun:stun.example.org' },
    {
      urls: ['turn:turn.example.org:3478?transport=udp'],
      username: '1000003600:0a1b2c3d',
      // printf '1000003600:0a1b2c3d' | openssl dgst -sha1 -hmac north -binary | base64
      credential: 'nSM6kYazWKl+EjjiRkCH2PqtSlQ=',
    },
  ]);
});

test('without TURN servers the configured list is all there is', () => {
  expect(iceServersFor(loadSettings({}), 'x')).toEqual([]);
});
