/** What a site has already of what every site needs: the pages show what is missing. */
import { z } from 'zod';

export const FirstRun = z.object({
  /** Whether a zone was ever filmed, or is being filmed now. */
  camera: z.boolean(),
  /** Whether anybody but one person can sign in; absent where there are no accounts. */
  operator: z.boolean().optional(),
  /** Whether a view was saved, a wall's key was used, or a wall is open now. */
  wall: z.boolean(),
});
export type FirstRun = z.infer<typeof FirstRun>;
