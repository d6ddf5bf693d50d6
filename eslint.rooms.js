// Which room of the house may import which: the table that docs/architecture.md explains, as lint.

/** What every room of the server may use. */
const ground = [
  'server/config.ts',
  'server/health.ts',
  'server/http-refusal.ts',
  'server/in-turn.ts',
  'server/jitter.ts',
  'server/starting.ts',
  'server/startup-error.ts',
  'server/time.ts',
  'server/version.ts',
];
const contract = 'server/contract';

/**
 * What a room may import of this project, beside its own files. What is not named is refused.
 * @type {Record<string, string[]>}
 */
const rooms = {
  [contract]: [],
  'server/zones': [contract, 'server/in-turn.ts'],
  'server/media': [contract, 'server/zones', ...ground, 'server/metrics.ts'],
  // What holds for all who take part, whatever carries them.
  'server/participants': [
    ...[contract, 'server/zones', 'server/access', 'server/limits', 'server/capacity'],
    ...['server/media/plane.ts', 'server/media/ice-servers.ts', ...ground, 'server/metrics.ts'],
  ],
  // A camera that is connected here, and who turns it.
  'server/steering': [
    contract,
    'server/zones',
    'server/participants/recorder.ts',
    'server/time.ts',
  ],
  'server/signaling': [
    ...[contract, 'server/zones', 'server/access', 'server/limits', 'server/capacity'],
    ...['server/media/plane.ts', ...ground, 'server/metrics.ts'],
    ...['server/participants', 'server/gateways', 'server/steering', 'server/happenings/record.ts'],
    'server/screens',
  ],
  'server/whip': [
    ...[contract, 'server/zones', 'server/access', 'server/limits', 'server/participants'],
    ...['server/media/plane.ts', ...ground],
  ],
  // A pipe's ends stand between the domain and the media plane.
  'server/cluster': [
    contract,
    'server/zones',
    'server/media/plane.ts',
    'server/limits/sparing-log.ts',
    ...ground,
    'server/metrics.ts',
  ],
  // What is measured, it is told; what follows from that needs no media plane.
  'server/capacity': [contract, 'server/media/plane.ts', 'server/media/network-line.ts', ...ground],
  'server/own-gateway': [contract, 'server/access', ...ground],
  'server/gateways': [
    ...[contract, 'server/access', 'server/store', 'server/limits/sparing-log.ts', ...ground],
  ],
  'server/happenings': [...[contract, 'server/access', 'server/store', ...ground]],
  'server/plans': [contract, 'server/access', 'server/audit', 'server/store', ...ground],
  'server/city-map': [contract, ...ground],
  'server/screens': [contract],
  'server/views': [contract, 'server/access', 'server/audit', 'server/store', ...ground],
  'server/limits': [contract, 'server/access'],
  'server/access': [contract, 'server/audit', 'server/limits', 'server/store', ...ground],
  'server/audit': [contract, 'server/store', ...ground],
  'server/store': [contract, 'server/zones', ...ground],
  'server/http': [
    ...[contract, 'server/access', 'server/audit', 'server/limits', 'server/media', 'server/store'],
    ...[...ground, 'server/signaling', 'server/zones', 'server/cluster', 'server/gateways'],
    ...[
      'server/whip',
      'server/zone-events.ts',
      'server/views',
      'server/plans',
      'server/city-map',
      'server/happenings',
      'server/handover',
    ],
  ],
  'server/commands': [contract, 'server/access', 'server/audit', 'server/store', ...ground],
  web: [contract],
  gateway: [contract],
};

/** Rooms of the page that are used by others and know none of them. */
const pageGround = {
  'web/lib/text': [contract],
  'web/lib/api': [contract, 'web/lib/text'],
  'web/lib/ui': [contract, 'web/lib/text', 'web/lib/api'],
};

/** Files that need more than their room, each with what it is for. */
const exceptions = {
  // What is kept of a zone is the domain's own form.
  'server/store/zone-repository.ts': ['server/zones/record.ts'],
  'server/store/filmed-zone-repository.ts': ['server/zones/filmed.ts'],
};

/** Packages that one room alone may import: what others see of them is that room's own words. */
const owned = {
  // Light peers of tests have their link from there, too.
  'gateway/upload': ['node-datachannel'],
  'server/cluster': ['ioredis'],
  'server/http': ['express', 'helmet', 'compression'],
  'server/media': ['mediasoup'],
  'server/signaling': ['socket.io', 'engine.io'],
  'server/store': ['kysely', 'libsql', 'pg'],
  'web/lib/session': ['mediasoup-client'],
};

/**
 * Rooms that run anywhere: no package but these, and nothing of Node.
 * @type {Record<string, string[]>}
 */
const portable = { [contract]: ['zod'], 'server/zones': ['zod'] };

const filesOf = (/** @type {string} */ room) => `${room}/**/*.{ts,mjs,js,svelte}`;

/**
 * @param {string} room
 * @param {string[]} allowed
 * @returns {import('eslint').Linter.RulesRecord}
 */
const imports = (room, allowed) => ({
  'import-x/no-restricted-paths': [
    'error',
    {
      basePath: import.meta.dirname,
      zones: [
        {
          target: '.',
          from: '.',
          except: ['node_modules', room, ...allowed].map((name) => `./${name}`),
          message: `${room} may import ${allowed.join(', ') || 'nothing of the project'} only: see eslint.rooms.js.`,
        },
      ],
    },
  ],
});

/** @param {string} room @returns {import('eslint').Linter.RulesRecord} */
function packages(room) {
  const foreign = Object.entries(owned)
    .filter(([owner]) => owner !== room && !room.startsWith(`${owner}/`))
    .flatMap(([owner, names]) =>
      names.map((name) => ({
        regex: `^${name}(/|$)`,
        message: `Only ${owner} imports ${name}: see eslint.rooms.js.`,
      })),
    );
  const own = portable[room];
  const elsewhere = own && {
    regex: `^(?!\\.|(${own.join('|')})$)`,
    message: `${room} runs anywhere, so it imports ${own.join(', ')} only: see eslint.rooms.js.`,
  };
  return { 'no-restricted-imports': ['error', { patterns: elsewhere ? [elsewhere] : foreign }] };
}

export default [
  ...Object.entries({ ...rooms, ...pageGround }).map(([room, allowed]) => ({
    files: [filesOf(room)],
    rules: { ...imports(room, allowed), ...packages(room) },
  })),
  ...['web/lib/session', 'gateway/upload'].map((room) => ({
    files: [filesOf(room)],
    rules: packages(room),
  })),
  ...Object.entries(exceptions).map(([file, more]) => {
    const room = Object.keys(rooms).find((name) => file.startsWith(`${name}/`)) ?? '';
    return { files: [file], rules: imports(room, [...(rooms[room] ?? []), ...more]) };
  }),
];
