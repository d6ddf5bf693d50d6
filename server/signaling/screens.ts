/** Screens as tabs announce, list and use them. */
import { actorOf } from '../access/caller.ts';
import type { Principal } from '../contract/access.ts';
import { RefusedError } from '../contract/errors.ts';
import type { Parsed, Response } from '../contract/events.ts';
import { may } from '../contract/policy.ts';
import type { Announcement, Sending, Sent } from '../contract/screen.ts';
import type { View } from '../contract/view.ts';
import { Budget } from '../limits/budget.ts';
import { tooMany, type Excess } from '../limits/excess.ts';
import type { Limits } from '../participants/limits.ts';
import type { Recorder } from '../participants/recorder.ts';
import type { AllScreens } from '../screens/all-screens.ts';
import type { Screens } from '../screens/screens.ts';
import type { TabSession } from './tab-session.ts';

/** Most that one tab sends in a minute. */
const mostSent = 30;

export interface ScreensParts {
  readonly own: Screens;
  readonly all: AllScreens;
  readonly views: {
    /** @throws RefusedError `not-found`, also for one that they may not see */
    find(principal: Principal, id: string): Promise<View>;
  };
}

export class ScreenDesk {
  readonly #parts: ScreensParts;
  readonly #limits: Limits;
  readonly #excess: Excess;
  readonly #audit: Recorder;
  readonly #sent = new Budget(mostSent, 60_000);

  constructor(parts: ScreensParts, limits: Limits, excess: Excess, audit: Recorder) {
    this.#parts = parts;
    this.#limits = limits;
    this.#excess = excess;
    this.#audit = audit;
  }

  /** Answers `screen:announce`; of whoever may watch nothing there is no screen. */
  announce(session: TabSession, announcement: Announcement): Response<'screen:announce'> {
    if (may(session.caller.principal, 'zone:watch'))
      this.#parts.own.announce(session, announcement);
    return {};
  }

  forget(session: TabSession): void {
    this.#parts.own.forget(session);
  }

  /** Answers `screens:list`. */
  async list(session: TabSession): Promise<Response<'screens:list'>> {
    demandSend(session);
    return this.#parts.all.list();
  }

  /** Answers `screen:send`, once it is in the audit and the screen was told. */
  async send(
    session: TabSession,
    { screen: id, show }: Parsed<'screen:send'>,
  ): Promise<Response<'screen:send'>> {
    demandSend(session);
    const { caller, address, payer, peer } = session;
    if (!this.#sent.take(peer)) {
      this.#excess.report('messages', { address, account: payer.name });
      throw tooMany('things sent to screens', this.#sent.wait(peer));
    }
    const sent: Sent = {
      by: caller.principal.name,
      show: await this.#shown(caller.principal, show),
    };
    const { screens } = await this.#parts.all.list();
    const screen = screens.find((one) => one.id === id);
    if (!screen) throw gone();
    this.#limits.record(session, 1);
    const view = sent.show.kind === 'view' ? { view: sent.show.view.name } : {};
    await this.#audit.record({
      ...{ kind: 'change', action: 'shown-on-screen', actor: actorOf(caller), address },
      ...(show.kind === 'zone' ? { zone: show.zone } : {}),
      detail: { screen: screen.name, at: screen.who, what: show.kind, ...view },
    });
    if (!(await this.#parts.all.show(id, sent))) throw gone();
    return {};
  }

  async #shown(principal: Principal, show: Sending): Promise<Sent['show']> {
    if (show.kind !== 'view') return show;
    const { name, zones, layout, order, tour, kiosk } = await this.#parts.views.find(
      principal,
      show.view,
    );
    const view = { name, zones, layout, order, kiosk, ...(tour ? { tour } : {}) };
    return { kind: 'view', view };
  }
}

/** @throws RefusedError `forbidden` */
function demandSend({ caller }: TabSession): void {
  if (may(caller.principal, 'screens:send')) return;
  throw new RefusedError(
    'forbidden',
    'You have no right to send anything to screens; operators have.',
  );
}

function gone(): RefusedError {
  return new RefusedError('not-found', 'This screen is not open any more: look at the list again.');
}
