/** What is said of views: of saved walls and stages. */
export const views = {
  savedAs: (name: string) => `Saved as ${name}.`,
  renamed: (name: string) => `It is called ${name} now.`,
  forgotten: (name: string) => `${name} is forgotten.`,
  forgetQuestion: (name: string) => `Forget ${name}?`,
  forgetShared: (name: string) => `Forget ${name} for everybody?`,
  takenOver: (count: number, left: string[]) =>
    `${count} of this browser’s walls are saved for you at the server.${
      left.length > 0 ? ` Not taken over: ${left.join('; ')}` : ''
    }`,
  keptHere: (count: number) =>
    `${count === 1 ? 'One wall is' : `${count} walls are`} saved in this browser alone.`,
  takeOver: 'Keep at the server',
  leave: 'Leave them',
  missing: (view: string) =>
    `The view “${view}” does not exist, or is not shared with whoever is signed in here.`,
  missingAdvice:
    'It appears here by itself once somebody shares it. Supervisors share a saved wall by saving it again.',
  own: 'Yours',
  shared: 'Shared',
  sharing: 'Share with',
  sharingHint: 'Nobody gets a right by it: each sees the zones that they may watch.',
  everybody: 'Without accounts, a saved wall is there for everybody.',
  onlyMine: 'Nobody ticked: it is yours alone.',
  ownOnly: 'It is yours alone; supervisors and administrators can share views.',
  kiosk: 'Opens as a kiosk: tiles and nothing else',
  withTour: 'With the tour that runs',
  rename: 'Rename …',
  renaming: { title: 'Rename this view', save: 'Rename' },
};
