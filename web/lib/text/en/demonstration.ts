/** The drawn picture that a page films in place of a camera. */
export const demonstration = {
  /** Among the devices of a camera. */
  device: 'Demonstration picture (no camera)',
  /** On the picture. */
  word: 'Demonstration',
  /** The camera’s own name, as others see it. */
  label: 'Demonstration',
  noCanvas: 'This browser draws no picture that could be sent. Use another one.',
  /** Beside the picture. */
  told: 'Demonstration: a drawn picture, sent as a camera’s is. It ends with this page, and the zone is not missed then.',
};
