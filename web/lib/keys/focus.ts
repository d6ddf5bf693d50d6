/** Where the focus is, for keys of a page: what is typed, and what presses a button, is none of theirs. */
const fields = 'input, select, textarea, dialog';
/** A face is the whole of a tile, whose keys are the page's. */
const controls = `${fields}, button:not(.face), a`;

/** Whether letters may be typed there. */
export const isField = (target: EventTarget | null): boolean => isWithin(target, fields);
/** Whether Enter, Space or letters mean something there. */
export const isControl = (target: EventTarget | null): boolean => isWithin(target, controls);

function isWithin(target: EventTarget | null, selector: string): boolean {
  return target instanceof Element && target.closest(selector) !== null;
}
