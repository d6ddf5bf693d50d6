import { describe, expect, it } from 'vitest';
import { relaysOf } from '../../gateway/upload/relays.ts';

describe('The relays of a gateway', () => {
  it('are those that are reached by UDP, and those that need a bridge', () => {
    const { usable, streams } = relaysOf([
      {
        urls: ['stun:stun.example.org', 'turn:relay.example.org:3479?transport=udp'],
        username: 'u',
        credential: 'p',
      },
      { urls: 'turn:[2001:db8::1]' },
      {
        urls: ['turn:relay.example.org?transport=tcp', 'turns:relay.example.org:443?transport=tcp'],
      },
      // Nobody speaks DTLS to them, nor what is not known.
      { urls: ['turns:relay.example.org?transport=udp', 'http://relay.example.org'] },
      { urls: 'turns:relay.example.org', username: 'u', credential: 'p' },
    ]);
    expect(usable).toEqual([
      { hostname: 'stun.example.org', port: 3478 },
      {
        hostname: 'relay.example.org',
        port: 3479,
        username: 'u',
        password: 'p',
        relayType: 'TurnUdp',
      },
      { hostname: '2001:db8::1', port: 3478, username: '', password: '', relayType: 'TurnUdp' },
    ]);
    expect(streams.map(({ hostname, port, isTls }) => [hostname, port, isTls])).toEqual([
      ['relay.example.org', 3478, false],
      ['relay.example.org', 443, true],
      ['relay.example.org', 5349, true],
    ]);
  });
});
