/** The drawn picture that a page films in place of a camera. */
import type { Texts } from '../texts.ts';

export const demonstration: Texts['demonstration'] = {
  device: 'Vorführbild (keine Kamera)',
  word: 'Vorführung',
  label: 'Vorführung',
  noCanvas:
    'Dieser Browser zeichnet kein Bild, das gesendet werden könnte. Nehmen Sie einen anderen.',
  told: 'Vorführung: ein gezeichnetes Bild, gesendet wie das einer Kamera. Es endet mit dieser Seite, und die Zone wird dann nicht vermisst.',
};
