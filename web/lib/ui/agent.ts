/** People know their browsers by name, not by user agent strings. */
import { texts } from '../text/texts.ts';

const text = texts.ui;
/** Browsers put everyone's name into their own, so the order matters: who is copied comes last. */
const browsers: [sign: RegExp, name: string][] = [
  [/\bEdg\/(\d+)/, 'Edge'],
  [/\bOPR\/(\d+)/, 'Opera'],
  [/\bFirefox\/(\d+)/, 'Firefox'],
  [/\b(?:Headless)?Chrome\/(\d+)/, 'Chrome'],
  [/\bVersion\/(\d+).*Safari\//, 'Safari'],
];
const systems: [sign: RegExp, name: string][] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
];

/** A User-Agent header (RFC 9110 §10.1.5) as people know their browser: `Firefox 140 on Windows`. */
export function describeAgent(agent: string): string {
  const system = systems.find(([sign]) => sign.test(agent))?.[1];
  for (const [sign, name] of browsers) {
    const version = sign.exec(agent)?.[1];
    if (version)
      return system ? text.browserOn(`${name} ${version}`, system) : `${name} ${version}`;
  }
  return agent || text.unknownProgram;
}
