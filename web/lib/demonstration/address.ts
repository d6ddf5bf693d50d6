/** The page that films the demonstration picture, and how it is asked for. */

/** Stands for the picture among the devices: a browser's own ids of devices are never so short. */
export const demonstrationDevice = 'demonstration';

/** `?picture=demonstration` */
const [asked, value] = ['picture', 'demonstration'];

/** The form of a camera, with a zone that can be named otherwise before it begins. */
export const demonstrationAddress = `/?role=camera&zone=DEMO-01&${asked}=${value}`;

/** Whether the address asks for it. */
export function asksForDemonstration(query: string): boolean {
  return new URLSearchParams(query).get(asked) === value;
}

/** How large and how often it is drawn, unless somebody chooses otherwise: enough to see that it moves. */
export const demonstrationChoice = {
  ...{ deviceId: demonstrationDevice, width: 1280, height: 720, frameRate: 15 },
};
