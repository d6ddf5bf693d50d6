/** The name of one of several servers that are one service (docs/cluster.md). */
import { z } from 'zod';

export const NodeId = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,64}$/, 'it is 1 to 64 letters, digits, and . _ -');
export type NodeId = z.infer<typeof NodeId>;

/** The field of a socket's query by which a client asks for one node; load balancers route by it. */
export const nodeQuery = 'node';
