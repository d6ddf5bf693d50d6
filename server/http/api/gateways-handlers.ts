/** Gateways and the cameras that are set for them, for administrators. */
import type { routes } from '../../contract/routes.ts';
import type { Gateways } from '../../gateways/gateways.ts';
import { byOf } from '../caller.ts';
import type { Handlers } from './serve.ts';

export function gatewaysHandlers(
  gateways: Pick<
    Gateways,
    | 'list'
    | 'forget'
    | 'addCamera'
    | 'changeCamera'
    | 'removeCamera'
    | 'test'
    | 'discover'
    | 'facts'
    | 'setEncoder'
  >,
): Handlers<typeof routes.gateways> {
  return {
    list: () => gateways.list(),
    async forget({ params }, { request, caller }) {
      await gateways.forget(byOf(request, caller), params.name);
      return {};
    },
    addCamera: ({ params, body }, { request, caller }) =>
      gateways.addCamera(byOf(request, caller), params.name, body),
    changeCamera: ({ params, body }, { request, caller }) =>
      gateways.changeCamera(byOf(request, caller), params.name, params.camera, body),
    async removeCamera({ params }, { request, caller }) {
      await gateways.removeCamera(byOf(request, caller), params.name, params.camera);
      return {};
    },
    testCamera: ({ params, body }, { request, caller }) =>
      gateways.test(byOf(request, caller), params.name, body),
    discover: ({ params }, { request, caller }) =>
      gateways.discover(byOf(request, caller), params.name),
    facts: ({ params, body }, { request, caller }) =>
      gateways.facts(byOf(request, caller), params.name, body),
    setEncoder: ({ params, body }, { request, caller }) =>
      gateways.setEncoder(byOf(request, caller), params.name, body),
  };
}
