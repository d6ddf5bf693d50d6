/**
 * Where a node that wants a zone gets its place in the tree by which that zone spreads: at the one that it asks, at the
 * children of that one, or nowhere there.
 *
 * There is no circle, at no time. A node that has to change its parent keeps its children only if its next parent is the
 * owner, which has none; otherwise it sends them away first, and comes to its new parent without any. And nobody takes a
 * node by which it gets the zone itself.
 */
import {
  longestPath,
  type PipeNode,
  type PipePath,
  type PipeRequest,
} from '../../contract/pipe.ts';

/** How a node has a zone that it is asked for. */
export interface Carrier {
  /** By which nodes it has it, itself last; undefined while it has it not. */
  readonly path: PipePath | undefined;
  /** To whom it carries it. */
  readonly children: readonly PipeNode[];
  /** To how many it carries one zone where others can. */
  readonly fanOut: number;
  /** Whether it is about to go: it begins to carry only what nobody else has. */
  readonly drains: boolean;
}

/** `carried`: at the one that was asked. `waits`: there, once that one has the zone. Else those to ask, if any. */
export type Place = 'carried' | 'waits' | readonly PipeNode[];

export function placeFor(
  asker: PipeNode,
  { token, manner }: Pick<PipeRequest, 'token' | 'manner'>,
  { path, children, fanOut, drains }: Carrier,
): Place {
  if (drains && path?.nodes.length !== 1) return [];
  if (!path) return manner === 'relay' ? 'waits' : [];
  // A version without a tree asks the owner alone, and could not follow to another node.
  if (token === undefined) return path.nodes.length === 1 ? 'carried' : [];
  if (path.token < token || path.nodes.some(({ boot }) => boot === asker.boot)) return [];
  // One that comes again takes its own place.
  const others = children.filter(({ boot }) => boot !== asker.boot);
  if (path.nodes.length >= longestPath) return [];
  if (others.length < fanOut || manner === 'insist') return 'carried';
  return others;
}

/** The way to whoever carries a zone, and one node more. */
export function pathOn({ token, nodes }: PipePath, { node, boot }: PipeNode): PipePath {
  return { token, nodes: [...nodes, { node, boot }] };
}

/** Whether a zone can come by that way, of which a node is told, to that node. @param token that it has heard of */
export function isUsable(path: PipePath, token: number, self: PipeNode): boolean {
  return path.token >= token && path.nodes.every(({ boot }) => boot !== self.boot);
}
