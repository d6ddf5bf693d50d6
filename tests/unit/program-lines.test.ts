/** The lines that the console gives to paste for encoders and players. */
import { expect, test } from 'vitest';
import { isLoopback, programLines } from '../../web/lib/administration/program-lines.ts';

const origin = 'https://console.example.org';

test('each line has the address of the zone and the secret, in quotes of the shell', () => {
  const { address, zoneIsOpen, lines } = programLines(origin, {
    ...{ role: 'camera', zones: 'CBD-GATE-01', secret: 'se-cret_1' },
  });
  expect([address, zoneIsOpen]).toEqual([`${origin}/whip/CBD-GATE-01`, false]);
  expect(lines.map(({ program }) => program)).toEqual(['whipclientsink', 'ffmpeg', 'whipClient']);
  for (const { line } of lines) expect(line).toMatch(/"se-cret_1".*|.*"https:\S+CBD-GATE-01"/);
  for (const { line } of lines) expect(line.split('"se-cret_1"')).toHaveLength(2);
  for (const { line } of lines) expect(line.split(`"${address}"`)).toHaveLength(2);
});

test('a key for watching has lines of players, and one for many zones asks for the zone', () => {
  const told = programLines(origin, { role: 'wall', zones: 'CBD-*', secret: 'se-cret_1' });
  expect([told.address, told.zoneIsOpen]).toEqual([`${origin}/whep/ZONE`, true]);
  expect(told.lines.map(({ program }) => program)).toEqual(['whepsrc', 'page']);
  for (const { line } of told.lines) {
    expect(line).toContain(told.address);
    expect(line).toContain('se-cret_1');
  }
});

test.each([
  ['http://localhost:5000', true],
  ['https://console.localhost', true],
  ['https://127.0.0.1:5000', true],
  ['https://127.9.9.9', true],
  ['https://[::1]:5000', true],
  ['https://console.example.org', false],
  ['https://192.0.2.10:5000', false],
  ['https://localhost.example.org', false],
  ['https://[2001:db8::1]', false],
])('%s is this machine alone: %s', (address, alone) => {
  expect(isLoopback(address)).toBe(alone);
});
