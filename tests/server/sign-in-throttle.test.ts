/** Guessing is slowed down, and those who sign in rightly are not: behind a proxy that tells addresses. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addApp, type App } from '../support/app.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { join, password, setUp, Visitor, type Reply } from '../support/visitor.ts';

const perAccount = 10;
const perAddress = 12;
let server: RunningServer;
let ada: Visitor;

beforeAll(async () => {
  server = await startServer({
    TLS_ENABLED: 'false',
    ACCESS_MODE: 'accounts',
    HTTP_TRUSTED_PROXIES: 'loopback',
    LIMITS_REQUESTS_PER_ADDRESS: '100000',
    LIMITS_SIGN_IN_FAILURES_PER_ADDRESS: String(perAddress),
  });
  ada = await setUp(server);
});
afterAll(async () => {
  await server?.stop();
});

/** A sign-in from an address, by a browser that keeps nothing unless one is given. */
function signIn(
  address: string,
  name: string,
  {
    secret = password,
    code,
    browser = new Visitor(server.url),
  }: {
    secret?: string;
    code?: string;
    browser?: Visitor;
  } = {},
): Promise<Reply> {
  const body = { name, password: secret, ...(code ? { code } : {}) };
  return browser.ask('POST', '/api/sign-in', body, {
    origin: server.url,
    'x-forwarded-for': address,
  });
}
const wrong = { secret: 'not the password at all' };
const add = (name: string) => ada.addPerson(name, [{ role: 'operator', zones: '*' }]);
const outcome = ({ status, code }: Reply): string => code ?? String(status);
const count = (outcomes: string[], one: string): number =>
  outcomes.filter((other) => other === one).length;

test('150 people sign in from one address at once, and each gets in', async () => {
  const names = ['mon', 'tue', 'wed'];
  for (const name of names) await add(name);
  const replies = await Promise.all(
    Array.from({ length: 150 }, (_, index) => signIn('192.0.2.10', names[index % 3] ?? '')),
  );
  expect(replies.map(outcome)).toEqual(Array.from({ length: 150 }, () => '200'));
});

test('many wrong guesses at once are looked at no more often than one after the other', async () => {
  await add('crowd');
  const replies = await Promise.all(
    Array.from({ length: 60 }, (_, index) => signIn(`198.51.100.${index}`, 'crowd', wrong)),
  );
  const outcomes = replies.map(outcome);
  expect(count(outcomes, 'sign-in-failed')).toBe(perAccount);
  expect(count(outcomes, 'throttled')).toBe(60 - perAccount);
});

test('an account is one however its name is written, and from wherever', async () => {
  await add('victim é');
  const spellings = [
    ...[
      'victim é',
      'VICTIM É',
      'Victim e\u0301',
      '  victim é  ',
      'victim\u00A0é',
      '\u3000victim é',
    ],
    ...[
      '𝐯ictim é',
      'ｖｉｃｔｉｍ é',
      'ⓥictim é',
      'ᵛictim é',
      'ᴠictim é',
      'vict𝓲m é',
      'victi\u00ADm é',
    ],
    ...['v\u200Bictim é', 'victım é', 'vİctim é', 'victim é\u2028', 'ℽictim é', 'vⅰctim É'],
  ];
  const meant = spellings.filter(
    (one) => one.trim().normalize('NFKC').toLowerCase() === 'victim é',
  );
  expect(meant.length).toBeGreaterThan(10);
  let tried = 0;
  for (let round = 0; round < 3; round += 1) {
    for (const spelling of meant) {
      const address = `2001:db8:${round.toString(16)}:${tried % 7}::${tried.toString(16)}`;
      if (outcome(await signIn(address, spelling, wrong)) === 'sign-in-failed') tried += 1;
    }
  }
  expect(tried).toBe(perAccount);
  for (const spelling of spellings) {
    expect(outcome(await signIn('203.0.113.1', spelling))).not.toBe('200');
  }
});

test('a name that nobody has is slowed down alike', async () => {
  const outcomes: string[] = [];
  for (let guess = 0; guess < 12; guess += 1) {
    const name = ['nobody', 'NOBODY', 'ｎｏｂｏｄｙ'][guess % 3] ?? '';
    outcomes.push(outcome(await signIn(`198.51.100.${guess}`, name, wrong)));
  }
  expect(count(outcomes, 'sign-in-failed')).toBe(perAccount);
  expect(outcomes.slice(perAccount)).toEqual(['throttled', 'throttled']);
});

let app: App;
test('no address, and no spelling, gives more codes of an account', async () => {
  const owner = await join(server, ada, 'coded', [{ role: 'operator', zones: '*' }]);
  app = await addApp(owner);
  const outcomes = await Promise.all(
    Array.from({ length: 60 }, async (_, index) => {
      const name = ['coded', 'CODED', '𝐜oded'][index % 3] ?? '';
      const address = `2001:db8:${index.toString(16)}::1`;
      return outcome(await signIn(address, name, { code: app.wrong() }));
    }),
  );
  expect(count(outcomes, 'sign-in-failed')).toBe(perAccount);
  expect(outcome(await signIn('203.0.113.77', 'coded', { code: app.code() }))).toBe('throttled');
  // The browser from which the owner has come in before is not locked out by it.
  expect(outcome(await signIn('192.0.2.9', 'coded', { code: app.code(), browser: owner }))).toBe(
    '200',
  );
});

test('who guesses from elsewhere does not lock the owner out of a browser that is known', async () => {
  const owner = await join(server, ada, 'owner', [{ role: 'operator', zones: '*' }]);
  await owner.request('POST', '/api/sign-out', {});
  for (let guess = 0; guess < 3 * perAccount; guess += 1) {
    await signIn(`198.51.100.${guess}`, 'owner', wrong);
  }
  expect(outcome(await signIn('198.51.100.200', 'owner'))).toBe('throttled');
  expect(outcome(await signIn('192.0.2.9', 'owner', { browser: owner }))).toBe('200');
  // That browser has a budget of its own, which is no longer one.
  const outcomes: string[] = [];
  for (let guess = 0; guess < perAccount + 3; guess += 1) {
    const reply = await signIn('192.0.2.9', 'owner', { ...wrong, browser: owner });
    outcomes.push(outcome(reply));
  }
  expect(count(outcomes, 'sign-in-failed')).toBe(perAccount);
});

test('one device that guesses locks neither the building nor the cameras', async () => {
  await add('target');
  await add('colleague');
  for (let guess = 0; guess < 5 * perAddress; guess += 1) {
    await signIn('192.0.2.20', 'target', wrong);
    await new Visitor(server.url).ask(
      'POST',
      '/api/enrol',
      { token: `guess ${guess}` },
      {
        origin: server.url,
        'x-forwarded-for': '192.0.2.21',
      },
    );
  }
  expect(outcome(await signIn('192.0.2.20', 'colleague'))).toBe('200');
  expect(outcome(await signIn('192.0.2.21', 'colleague'))).toBe('200');
  const { enrolment } = await ada.addKey('camera', '*');
  const camera = await new Visitor(server.url).ask(
    'POST',
    '/api/enrol',
    { token: enrolment.token },
    { origin: server.url, 'x-forwarded-for': '192.0.2.20' },
  );
  expect(camera.status).toBe(200);
});

test('trying one password at many accounts is noticed; an IPv6 network is one address', async () => {
  const outcomes: string[] = [];
  for (let guess = 0; guess < 2 * perAddress; guess += 1) {
    const address = `2001:db8:99:1:${guess.toString(16)}::1`;
    outcomes.push(outcome(await signIn(address, `person ${guess}`, wrong)));
  }
  expect(count(outcomes, 'sign-in-failed')).toBe(perAddress);
  expect(outcome(await signIn('2001:db8:99:2::1', 'colleague'))).toBe('200');
  // There, too, a browser that is known gets in.
  const known = await join(server, ada, 'there', []);
  const browser = { browser: known };
  expect(outcome(await signIn('2001:db8:99:1::7', 'there', browser))).toBe('200');
});
