// Preloaded into a server, gives it a clock that is ahead by TEST_CLOCK_AHEAD ms; timers go as they do.
const ahead = Number(process.env.TEST_CLOCK_AHEAD);
const real = Date.now.bind(Date);
globalThis.Date = new Proxy(Date, {
  construct: (target, args, self) =>
    Reflect.construct(target, args.length === 0 ? [real() + ahead] : args, self),
  get: (target, name) => (name === 'now' ? () => real() + ahead : Reflect.get(target, name)),
});
