/**
 * What pages of other origins may ask of WHIP and WHEP, and read. It is said before anything else looks at a request:
 * without it a page cannot read why it was refused, whoever refuses it. Which origins that are, the settings say.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import type { Origins } from '../access/origin.ts';
import { optionsOf } from '../whip/door.ts';
import { tell } from './tell.ts';

const headers = {
  'Access-Control-Allow-Methods': 'POST, PATCH, DELETE, OPTIONS',
  // @eyevinn/whip-web-client says ETag for If-Match, and looks for PATCH among the methods.
  'Access-Control-Allow-Headers': 'Authorization, Content-Type, If-Match, ETag',
  'Access-Control-Expose-Headers':
    'Location, Link, ETag, Accept-Post, Accept-Patch, Allow, Access-Control-Allow-Methods, Retry-After, WWW-Authenticate',
  'Access-Control-Max-Age': '600',
};

/** Whether a path is one of WHIP or WHEP, by its name. */
export function isDoor(path: string): boolean {
  return /^\/wh[ie]p(\/|$)/.test(path);
}

/** @returns whether a page of this origin may ask */
export function tellPages(
  origins: Origins,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Vary', 'Origin');
  const { origin } = request.headers;
  if (origin === undefined || !origins.isOwn(request)) return false;
  response.setHeader('Access-Control-Allow-Origin', origin);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  return true;
}

/** Answers what browsers ask beforehand, too: one that is refused would keep the page from the reason. */
export function crossOrigin(origins: Origins): RequestHandler {
  return (request, response, next) => {
    if (!isDoor(request.path)) return next();
    const isAllowed = tellPages(origins, request, response);
    const isPreflight =
      request.method === 'OPTIONS' &&
      request.headers['access-control-request-method'] !== undefined;
    if (!isAllowed || !isPreflight) return next();
    tell(response, optionsOf(request.path.split('/').length > 3));
  };
}
