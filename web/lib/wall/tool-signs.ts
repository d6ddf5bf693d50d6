/** Lines on a square of 24: fonts of walls lack such signs. */
export const toolSigns = {
  snapshot: 'M3 8h4l2-3h6l2 3h4v11H3zM12 10a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7',
  bookmark: 'M6 3h12v18l-6-5l-6 5z',
  sound: 'M4 9v6h4l5 4V5L8 9zM16 9q2 3 0 6M18.5 6.5q4 5.5 0 11',
  float: 'M3 5h18v14H3zM12 12h7v5h-7z',
  figures: 'M5 20V11M12 20V4M19 20v-6',
  masks: 'M3 5h18v14H3zM7 9h7v6H7zM7 15l7-6M7 12l4-3M10 15l4-3',
  enlarge: 'M14 4h6v6M20 4l-7 7M10 20H4v-6M4 20l7-7',
  restore: 'M13 5v6h6M13 11l7-7M11 19v-6H5M11 13l-7 7',
  close: 'M5 5l14 14M19 5L5 19',
  menu: 'M12 5v.01M12 12v.01M12 19v.01',
};

export type Sign = keyof typeof toolSigns;
