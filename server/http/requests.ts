/** Limits the requests of an address, and of an account. */
import type { RequestHandler } from 'express';
import { addressKey } from '../access/address-key.ts';
import type { Settings } from '../config.ts';
import { payerOf } from '../limits/payer.ts';
import { Budget } from '../limits/budget.ts';
import { tooMany, type Excess } from '../limits/excess.ts';
import { callerIfAny, clientOf } from './caller.ts';

const minute = 60_000; // ms

/** For all requests, before anything is done for them. */
export function limitAddresses(limits: Settings['limits'], excess: Excess): RequestHandler {
  const requests = new Budget(limits.requests_per_address, minute);
  return (request, _response, next) => {
    const { address } = clientOf(request);
    const name = addressKey(address);
    if (requests.take(name)) return next();
    excess.report('requests', { address });
    throw tooMany('requests from this address', requests.wait(name));
  };
}

/** For those that cost more, once it is known who asks. */
export function limitCallers(limits: Settings['limits'], excess: Excess): RequestHandler {
  const requests = new Budget(limits.requests_per_account, minute);
  return (request, response, next) => {
    const caller = callerIfAny(response);
    // Nobody's are counted by address alone, and so are everybody's in the open mode.
    if (!caller || caller.via.kind === 'open') return next();
    const { address } = clientOf(request);
    const { name } = payerOf(caller.principal, address);
    if (requests.take(name)) return next();
    excess.report('requests', { address, account: name });
    throw tooMany('requests of this account', requests.wait(name));
  };
}
