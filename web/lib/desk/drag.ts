/** A zone on its way from the navigator to a pane. */

/** As the browser carries it: nothing else that is dragged here is one. */
const kind = 'application/x-surveillance-zone';

export function carry(event: DragEvent, zone: string): void {
  event.dataTransfer?.setData(kind, zone);
  if (event.dataTransfer) event.dataTransfer.effectAllowed = 'copyMove';
}

/** Whether what is dragged over an element is a zone. */
export function carriesZone(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes(kind) ?? false;
}

export function carried(event: DragEvent): string | undefined {
  return event.dataTransfer?.getData(kind) || undefined;
}
