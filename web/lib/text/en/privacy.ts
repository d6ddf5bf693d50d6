/** Masks, notices and the watermark. */
export const privacy = {
  masks: {
    unmasked: 'Unmasked picture, shown on this page only',
    inForce: (count: number) =>
      count === 0
        ? 'No privacy masks'
        : count === 1
          ? '1 privacy mask in force'
          : `${count} privacy masks in force`,
    edit: 'Edit masks',
    rectangle: 'Rectangle',
    polygon: 'Polygon',
    close: 'Close shape',
    removeMask: 'Remove mask',
    removePoint: 'Remove point',
    cancel: 'Cancel',
    save: 'Save',
    saving: 'Saving: waiting for the server.',
    where: (mask: number, across: string, down: string) =>
      `Mask ${mask}: ${across} % across, ${down} % down`,
    advice: {
      rectangle:
        'Drag over what is to be hidden. With keys: Enter on the picture places a rectangle.',
      polygon:
        'Set corner after corner; Enter, a double click or “Close shape” ends it, Escape drops it.',
      choose:
        'Drag a mask or one of its points, or move it with the arrow keys (Shift: further). Delete removes it.',
    },
    drawing: 'Drawing of privacy masks',
    /** Why masks cannot be burnt in. */
    noWay: 'This browser can burn no masks into the picture.',
    noCanvas: 'There is no canvas to paint masks on.',
    noWorker: 'Its worker did not start.',
    mask: (mask: number, points: number) => `Mask ${mask}, ${points} points`,
    point: (mask: number, point: number, across: string, down: string) =>
      `Mask ${mask}, point ${point}: ${across} across, ${down} down`,
  },
  /** Drawn far from the camera. */
  zoneMasks: {
    open: 'Masks',
    title: (zone: string) => `Privacy masks of ${zone}`,
    close: 'Close',
    reading: 'Waiting for the masks that are in force …',
    notLive: 'Waiting for the live picture: on an old one, something else would be hidden.',
    again: 'Try again',
    discardQuestion: 'What is drawn is not saved.',
    discard: 'Discard it',
    saved: (count: number) =>
      count === 0 ? 'Saved: nothing is hidden.' : `Saved. Masks in force: ${count}.`,
  },
  presetMasks: {
    title: 'Masks of the camera’s presets',
    close: 'Close',
    state: {
      kept: (count: number) =>
        count === 0
          ? 'Nothing to hide, not saved yet'
          : count === 1
            ? '1 mask drawn, not saved yet'
            : `${count} masks drawn, not saved yet`,
      saved: (count: number) =>
        count === 0 ? 'Confirmed: nothing to hide' : count === 1 ? '1 mask' : `${count} masks`,
      covered: 'Not done yet, so covered',
      bare: 'Not done yet, so all of it is seen',
      gone: 'The camera has no such preset any more',
    },
    choose: 'Choose a preset: the camera goes there, and you draw on its picture.',
    none: 'The camera keeps no presets yet. Save some first: Steer, Presets.',
    notHere: 'This camera cannot be steered now. Wait until it is back.',
    notLive: 'Waiting for a live picture to draw on.',
    onItsWay: (name: string) => `Waiting for the camera to stand at ${name}.`,
    there: (name: string) => `The camera stands at ${name}. Draw over what is to be hidden there.`,
    covered:
      'The picture is covered here: something of this zone is hidden, and nothing is set for this preset yet. It is covered for everybody, you too. The camera’s own page shows the place. Draw what you know must be hidden, hide all of it, or confirm that there is nothing to hide; what is left over is seen once that is saved.',
    cancel: 'Cancel',
    again: 'Send it there again',
    nothing: 'Nothing to hide here',
    all: 'Hide all of it',
    keep: 'Keep these',
    coveredThen: (names: string[]) =>
      `Once saved, the picture is covered while the camera moves and wherever masks are not done: at ${names.join(', ')}. Do those first, while they can be seen.`,
    save: (presets: number) => (presets === 1 ? 'Save 1 preset' : `Save ${presets} presets`),
    saved: (presets: number) => (presets === 1 ? 'Saved: 1 preset.' : `Saved: ${presets} presets.`),
    discardQuestion: (presets: number) =>
      presets === 1
        ? 'Drop what is kept for 1 preset?'
        : `Drop what is kept for ${presets} presets?`,
    discard: 'Drop it',
    takeAway: 'Take away',
    takeAwayQuestion: (name: string) =>
      `Take what is set for ${name} away? It is covered then, or seen bare if nothing else of the zone is hidden.`,
    takeAwayYes: 'Take it away',
    takenAway: (name: string) => `Nothing is set for ${name} any more.`,
    waiting: 'Waiting for the server.',
  },
  watermark: {
    of: (name: string, zone: string) => `Watermark: ${name}, ${zone}`,
    nobody: 'nobody signed in',
  },
  notice: {
    title: (zone: string) => `Notice of ${zone}`,
    aZone: 'a zone',
    parts: {
      controller: 'Controller',
      contact: 'Contact',
      purpose: 'Purpose',
      legal_basis: 'Legal basis',
      retention: 'Retention',
    },
    notConfigured: 'not configured',
    summary: 'Zone notice: who films here and why',
    missing: (parts: string) =>
      `Not configured: ${parts}. Set privacy.notice in the configuration, or write this zone’s own words in the administration.`,
    printable: 'Printable sign',
    notFetched: (fault: string) => `The notice could not be fetched: ${fault}`,
    tryAgain: 'Try again',
    noZone: 'Start a session in a zone to see its notice.',
    waiting: 'Waiting for the server to send the notice.',
    identifier: 'Zone identifier',
    show: 'Show the notice',
    waitingFor: (zone: string) => `Waiting for the server to send the notice of ${zone}.`,
    print: 'Print, A4',
    incomplete: (parts: string) => `This sign is not complete. Not configured: ${parts}.`,
    complete:
      'Set privacy.notice in the configuration, or write this zone’s own words in the administration.',
    askAdministrator: 'Ask an administrator.',
    heading: 'Video surveillance',
    rights:
      'You have the right to know what is kept about you, and to have it corrected or erased, to object, and to complain to the data protection authority. Turn to the contact above and name the zone.',
    pictogram: 'Pictogram of a surveillance camera',
  },
};
