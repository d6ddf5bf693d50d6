/** Numbers as the language of the console writes them: the one home of their form. */
import { texts } from './texts.ts';

/** Asked for with the first number: a page comes up sooner without. */
let point: string | undefined;
function decimalPoint(): string {
  const parts = new Intl.NumberFormat(texts.site.locale).formatToParts(0.5);
  return parts.find(({ type }) => type === 'decimal')?.value ?? '.';
}

/** Rounded as `toFixed` does: `2.50`, in German `2,50`. @param digits after the point */
export function decimal(value: number, digits = 0): string {
  point ??= decimalPoint();
  return value.toFixed(digits).replace('.', point);
}
