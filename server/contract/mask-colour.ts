/** The one colour of masks, whoever burns them in: a dark grey, so that a mask differs from a picture that is missing. */
export const maskColour = {
  css: '#383838',
  /** The same in ITU-R BT.601 and BT.709 of video range. */
  luma: 64,
  chroma: 128,
} as const;
