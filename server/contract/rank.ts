/** In which order a node that is full refuses new work. */
import { z } from 'zod';

/** What is refused first comes first: walls and tours; operators, viewers and installers; supervisors and administrators; cameras. */
export const ranks = ['wall', 'operator', 'supervisor', 'camera'] as const;
export const Rank = z.enum(ranks);
export type Rank = z.infer<typeof Rank>;
