/** What cameras notice: read from their notifications, pulled for as long as the camera lives, and told to the server. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Noticed, type EventsListener, type Sign } from '../../gateway/camera/noticed.ts';
import { signsOf } from '../../gateway/onvif/notification.ts';
import { PullPointEvents, pullTimes, type PullPoint } from '../../gateway/onvif/pull-point.ts';
import { parseXml, type XmlElement } from '../../gateway/onvif/xml.ts';
import type { CameraEvent } from '../../server/contract/camera-event.ts';

/** As cameras write it (ONVIF Core, WS-BaseNotification). */
function message(topic: string, source: string, data: string, operation = 'Changed'): string {
  return `<wsnt:NotificationMessage>
    <wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">${topic}</wsnt:Topic>
    <wsnt:Message><tt:Message UtcTime="2026-01-01T00:00:00Z" PropertyOperation="${operation}">
      <tt:Source>${source}</tt:Source><tt:Data>${data}</tt:Data>
    </tt:Message></wsnt:Message></wsnt:NotificationMessage>`;
}
const item = (name: string, value: string) => `<tt:SimpleItem Name="${name}" Value="${value}"/>`;
const answer = (...messages: string[]): XmlElement =>
  parseXml(
    `<tev:PullMessagesResponse xmlns:tev="e" xmlns:wsnt="w" xmlns:tt="t">${messages.join('')}</tev:PullMessagesResponse>`,
  );
const source = item('Source', 'video1');

test.each([
  ['tns1:VideoSource/MotionAlarm', 'State', 'true', 'motion'],
  ['tns1:RuleEngine/CellMotionDetector/Motion', 'IsMotion', '1', 'motion'],
  ['tns1:RuleEngine/MotionRegionDetector/Motion', 'State', 'true', 'motion'],
  ['tns1:VideoSource/GlobalSceneChange/ImagingService', 'State', 'true', 'tamper'],
  [
    'tnsaxis:CameraApplicationPlatform/x/tns1:RuleEngine/TamperDetector/Tamper',
    'IsTamper',
    'TRUE',
    'tamper',
  ],
  ['tns1:Device/Trigger/DigitalInput', 'LogicalState', 'active', 'input'],
])('%s with %s is one of few kinds', (topic, name, value, kind) => {
  expect(signsOf(answer(message(topic, source, item(name, value))))).toEqual([
    { kind, source: 'video1', isActive: true },
  ]);
});

test('other topics, and messages without a state, say nothing; a property that is gone is over', () => {
  const nonsense = answer(
    message('tns1:Device/HardwareFailure/FanFailure', source, item('Failed', 'true')),
    message('tns1:VideoSource/MotionAlarm', source, item('State', 'perhaps')),
    message('tns1:VideoSource/MotionAlarm', source, ''),
    '<wsnt:NotificationMessage><wsnt:Topic>tns1:VideoSource/MotionAlarm</wsnt:Topic></wsnt:NotificationMessage>',
    '<wsnt:NotificationMessage/>',
  );
  expect(signsOf(nonsense)).toEqual([]);
  const gone = message('tns1:VideoSource/MotionAlarm', source, item('State', 'true'), 'Deleted');
  expect(signsOf(answer(gone))).toMatchObject([{ isActive: false }]);
});

test('a flood of messages, and names without end, are cut', () => {
  const long = message(
    'tns1:VideoSource/MotionAlarm',
    item('S', 'x'.repeat(5000)),
    item('State', '1'),
  );
  const signs = signsOf(answer(...Array.from({ length: 500 }, () => long)));
  expect(signs).toHaveLength(100);
  expect(signs[0]?.source).toHaveLength(128);
});

describe('in time', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

  /** A camera with pull points, of which one may be lost at any time. */
  class Camera {
    reachable = true;
    renews = true;
    created = 0;
    ended = 0;
    renewed: number[] = [];
    synchronized = 0;
    pulls = 0;
    /** Answered to the next pull. */
    waiting: string[] = [];
    lose: () => void = () => {};

    async create(): Promise<PullPoint> {
      if (!this.reachable) throw new Error('no route');
      this.created += 1;
      let lost = false;
      let wake = (): void => {};
      this.lose = () => {
        lost = true;
        wake();
      };
      return {
        pull: async (patience) => {
          this.pulls += 1;
          if (!lost && this.waiting.length === 0) {
            await new Promise<void>((resolve) => {
              wake = resolve;
              setTimeout(resolve, patience);
            });
          }
          if (lost) throw new Error('ter:UnknownSubscription');
          return answer(...this.waiting.splice(0));
        },
        renew: async () => {
          this.renewed.push(performance.now());
          if (!this.renews) throw new Error('ter:ActionNotSupported');
        },
        synchronize: async () => void (this.synchronized += 1),
        end: async () => void (this.ended += 1),
      };
    }
  }
  const heard = () => {
    const signs: Sign[] = [];
    const ups: boolean[] = [];
    const listener: EventsListener = {
      noticed: (sign) => void signs.push(sign),
      up: (isUp) => void ups.push(isUp),
    };
    return { signs, ups, listener };
  };
  const motion = message('tns1:VideoSource/MotionAlarm', source, item('State', 'true'));

  test('it pulls, renews in time, and ends what it has begun', async () => {
    const camera = new Camera();
    camera.waiting = [motion];
    const { signs, ups, listener } = heard();
    const end = new PullPointEvents(camera, () => 0.5).listen(listener);
    await pass(300_000);
    expect(signs).toEqual([{ kind: 'motion', source: 'video1', isActive: true }]);
    expect([ups, camera.created, camera.synchronized]).toEqual([[true], 1, 1]);
    expect(camera.pulls).toBeLessThan(40);
    expect(camera.renewed.length).toBeGreaterThan(4);
    const gaps = camera.renewed.map((at, index) => at - (camera.renewed[index - 1] ?? at));
    expect(Math.max(...gaps)).toBeLessThan(pullTimes.life - pullTimes.patience);
    await end();
    expect(camera.ended).toBe(1);
    const { pulls } = camera;
    await pass(60_000);
    expect(camera.pulls).toBe(pulls);
  });

  test('a subscription that is lost is made anew, and one that cannot be renewed goes on', async () => {
    const camera = new Camera();
    camera.renews = false;
    const { signs, ups, listener } = heard();
    const end = new PullPointEvents(camera, () => 0.5).listen(listener);
    await pass(120_000);
    expect(ups).toEqual([true]);
    camera.lose();
    await pass(1500);
    expect(ups).toEqual([true, false, true]);
    camera.waiting = [motion];
    camera.lose();
    await pass(3000);
    expect(signs).toHaveLength(1);
    await end();
  });

  test('a camera whose service cannot be reached is tried less and less, and found again', async () => {
    const camera = new Camera();
    camera.reachable = false;
    const tries = vi.spyOn(camera, 'create');
    const { ups, listener } = heard();
    const end = new PullPointEvents(camera, () => 0.5).listen(listener);
    await pass(3_600_000);
    expect(tries.mock.calls.length).toBeLessThan(75);
    expect(ups).toEqual([]);
    camera.reachable = true;
    await pass(60_000);
    expect(ups).toEqual([true]);
    await end();
  });

  test('a camera that answers at once, again and again, is asked a few times a second', async () => {
    const camera = new Camera();
    const { listener } = heard();
    camera.create = async () => ({
      pull: async () => {
        camera.pulls += 1;
        return answer();
      },
      ...{ renew: async () => {}, synchronize: async () => {}, end: async () => {} },
    });
    const end = new PullPointEvents(camera, () => 0.5).listen(listener);
    await pass(10_000);
    expect(camera.pulls).toBeLessThan(45);
    await end();
  });

  /** What is told to a server that may be away. */
  function noticing(): {
    told: CameraEvent[];
    server: { away: boolean };
    sign: (kind: Sign['kind'], isActive: boolean, source?: string) => void;
    listener: EventsListener;
    noticed: Noticed;
  } {
    const told: CameraEvent[] = [];
    const server = { away: false };
    let listener: EventsListener | undefined;
    const noticed = new Noticed(
      {
        listen: (given) => {
          listener = given;
          return async () => {};
        },
      },
      async (event) => {
        if (server.away) throw new Error('away');
        told.push(event);
      },
    );
    if (!listener) throw new Error('nobody listens');
    const given = listener;
    const sign = (kind: Sign['kind'], isActive: boolean, source = 'a') =>
      given.noticed({ kind, source, isActive });
    return { told, server, sign, listener: given, noticed };
  }
  const words = (told: CameraEvent[]) => told.map(({ kind, state }) => `${kind} ${state}`);

  test('changes alone are told, once a second at most, and the newest state in the end', async () => {
    const { told, sign, noticed } = noticing();
    sign('motion', false);
    sign('motion', true);
    sign('motion', true);
    await pass(10);
    expect(words(told)).toEqual(['motion began']);
    for (let turn = 0; turn < 200; turn += 1) {
      sign('motion', turn % 2 === 1);
      await pass(20);
    }
    sign('motion', false);
    await pass(3000);
    expect(told.length).toBeLessThan(9);
    expect(told.at(-1)?.state).toBe('ended');
    expect(noticed.counts).toEqual({ motion: 101, tamper: 0, input: 0 });
    await noticed.close();
  });

  test('what the server could not take is told later with its age, and nothing older than a minute', async () => {
    const { told, server, sign, noticed } = noticing();
    server.away = true;
    sign('input', true);
    await pass(20_000);
    server.away = false;
    await pass(6000);
    expect(told).toHaveLength(1);
    expect(told[0]?.ago).toBeGreaterThan(19_000);
    server.away = true;
    sign('tamper', true);
    await pass(70_000);
    server.away = false;
    sign('input', false);
    await pass(10_000);
    expect(words(told)).toEqual(['input began', 'input ended']);
    await noticed.close();
  });

  test('what goes on when the camera is cut off is over; sources have bounds', async () => {
    const { told, sign, listener, noticed } = noticing();
    listener.up(true);
    for (let at = 0; at < 100; at += 1) sign('motion', true, `rule ${at}`);
    await pass(2000);
    expect(told).toHaveLength(32);
    listener.up(false);
    await pass(2000);
    expect(told).toHaveLength(64);
    expect(told.slice(32).every(({ state }) => state === 'ended')).toBe(true);
    expect(noticed.isUp).toBe(false);
    await noticed.close();
  });
});
