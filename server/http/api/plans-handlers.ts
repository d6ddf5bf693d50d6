/** Plans of the site, with their pictures. */
import express, { type RequestHandler } from 'express';
import { planLimits, planPictures } from '../../contract/plan.ts';
import type { routes } from '../../contract/routes.ts';
import type { Plans } from '../../plans/plans.ts';
import { byOf, demand } from '../caller.ts';
import type { Handlers } from './serve.ts';

/** Reads a picture, once it is known that whoever sends it may. */
export function readPlanPicture(): RequestHandler[] {
  return [
    (request, response, next) => {
      if (request.method === 'PUT') demand(response, 'plans:keep');
      next();
    },
    express.raw({ type: [...planPictures], limit: planLimits.picture }),
  ];
}

export function plansHandlers(plans: Plans): Handlers<typeof routes.plans> {
  return {
    list: (_asked, { caller }) => plans.list(caller.principal),
    add: ({ body }, { request, caller }) =>
      plans.add(caller.principal, byOf(request, caller), body),
    change: ({ params, body }, { request, caller }) =>
      plans.change(caller.principal, byOf(request, caller), params.id, body),
    setPicture({ params }, { request, caller }) {
      // A body of another type was not read, and is no picture either.
      const picture = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      return plans.setPicture(caller.principal, byOf(request, caller), params.id, picture);
    },
    async picture({ params }, { response }) {
      const { bytes, type, hash } = await plans.picture(params.id);
      // Whoever may see it keeps it: its address changes with it.
      response.set({
        'Content-Type': type,
        'Cache-Control': 'private, max-age=31536000, immutable',
        ETag: `"${hash}"`,
      });
      response.end(bytes);
    },
    async remove({ params }, { request, caller }) {
      await plans.remove(byOf(request, caller), params.id);
      return {};
    },
  };
}
