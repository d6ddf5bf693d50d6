/** What is refused before it is known what was asked for: a sentence, for whoever looks at the answer. */
import type { ErrorRequestHandler } from 'express';
import { HttpRefusal } from '../http-refusal.ts';

export const inWords: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (!(error instanceof HttpRefusal) || response.headersSent) return next(error);
  response.status(error.status).set({ 'Cache-Control': 'no-store', ...error.headers });
  response.type('text').send(`${error.message}\n`);
};
