/** Numbers as the language of the console writes them: the one home of their form. */
import { texts } from './texts.ts';

const parts = new Intl.NumberFormat(texts.site.locale).formatToParts(0.5);
const point = parts.find(({ type }) => type === 'decimal')?.value ?? '.';

/** Rounded as `toFixed` does: `2.50`, in German `2,50`. @param digits after the point */
export function decimal(value: number, digits = 0): string {
  return value.toFixed(digits).replace('.', point);
}
