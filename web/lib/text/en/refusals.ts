/** What the server refuses: it says why in English, beside a code. */
import type { ErrorCode } from '../../../../server/contract/errors.ts';

export const refusals = {
  told: (...[, sentence]: [code: ErrorCode, sentence: string]): string => sentence,
};
