/** What a plan stands on, as it is drawn. */
import type { CityMap } from '../../../server/contract/city-map.ts';

/** Each with its address at this server. */
export type Ground =
  | { readonly kind: 'picture'; readonly address: string }
  | { readonly kind: 'city'; readonly address: string; readonly city: CityMap };
