/** What a refusal of the server means for a camera's row. */
import type { ErrorCode, RequestFault } from '../../server/contract/errors.ts';
import type { Trouble, TroubleCode } from '../../server/contract/gateway.ts';

const meanings: Partial<Record<ErrorCode, TroubleCode>> = {
  'zone-occupied': 'zone-occupied',
  'masks-required': 'masks-required',
  forbidden: 'forbidden',
  unauthenticated: 'forbidden',
  'sign-in-failed': 'forbidden',
  // Of what it sends: not the camera's place, but its right to it.
  'bit-rate-exceeded': 'forbidden',
  'shut-out': 'forbidden',
};
const longestDetail = 300;

/** @returns undefined where it passes by itself, as a server that is away */
export function refusalTrouble({ code, message }: RequestFault): Trouble | undefined {
  const meaning = meanings[code];
  return meaning && { code: meaning, detail: message.slice(0, longestDetail) };
}
