/** The scene: a street in the evening with cars and people, which moves as time does. */

type Context = Pick<
  CanvasRenderingContext2D,
  'canvas' | 'fillStyle' | 'fillRect' | 'font' | 'textAlign' | 'textBaseline' | 'fillText'
>;

/** Of the scene, whatever the page's own colours are. */
const colours = {
  ...{ sky: '#1c2b40', moon: '#d8dee8', wall: '#2b3648', window: '#e8c46a', dark: '#202a39' },
  ...{
    pavement: '#4a5361',
    street: '#2a2f37',
    line: '#c9ced6',
    label: '#10161d',
    letters: '#ffffff',
  },
};
const family = 'system-ui, sans-serif';
/** In shares of the picture's width: where a lane is, its speed each second, and a car's length. */
const cars = [
  { colour: '#c8453b', top: 0.69, speed: 0.11, length: 0.13, begin: 0 },
  { colour: '#3f7fc4', top: 0.69, speed: 0.11, length: 0.1, begin: 0.55 },
  { colour: '#d9dde3', top: 0.83, speed: -0.16, length: 0.16, begin: 0.3 },
];
/** How far it is until something comes again, and how much of that lies before the picture. */
const [road, unseen] = [1.2, 0.2];
const walkers = [
  { colour: '#e09f4f', speed: 0.03, begin: 0.1 },
  { colour: '#7fc48f', speed: -0.04, begin: 0.6 },
];

/**
 * @param time s; the same time gives the same picture
 * @param words on it, one line each
 */
export function drawScene(context: Context, time: number, words: readonly string[]): void {
  const { width, height } = context.canvas;
  const fill = (colour: string, x: number, y: number, w: number, h: number): void => {
    context.fillStyle = colour;
    context.fillRect(x * width, y * height, w * width, h * height);
  };
  fill(colours.sky, 0, 0, 1, 1);
  fill(colours.moon, 0.86, 0.08, 0.03, 0.053);
  for (let house = 0; house < 6; house += 1) drawHouse(fill, house, time);
  fill(colours.pavement, 0, 0.58, 1, 0.08);
  for (const { colour, speed, begin } of walkers) {
    const x = across(begin + speed * time);
    fill(colour, x, 0.5, 0.016, 0.1);
    fill(colours.line, x + 0.003, 0.465, 0.01, 0.03);
  }
  fill(colours.street, 0, 0.66, 1, 0.34);
  for (let dash = 0; dash < 10; dash += 1) fill(colours.line, dash / 10 + 0.02, 0.795, 0.05, 0.01);
  for (const { colour, top, speed, length, begin } of cars) {
    const x = across(begin + speed * time);
    fill(colour, x, top + 0.03, length, 0.06);
    fill(colours.dark, x + length * 0.2, top, length * 0.5, 0.035);
    for (const wheel of [0.15, 0.75])
      fill(colours.label, x + length * wheel, top + 0.08, 0.02, 0.03);
  }
  drawWords(context, words);
}

type Fill = (colour: string, x: number, y: number, width: number, height: number) => void;

function drawHouse(fill: Fill, house: number, time: number): void {
  const [left, top] = [house / 6, 0.2 + 0.09 * ((house * 5) % 3)];
  fill(colours.wall, left, top, 1 / 6 - 0.008, 0.58 - top);
  for (let at = 0; at < 6; at += 1) {
    const [column, row] = [at % 3, Math.floor(at / 3)];
    // Somebody comes home now and then.
    const isLit = (house * 7 + at * 3 + Math.floor(time / 5)) % 4 === 0;
    const [x, y] = [left + 0.02 + column * 0.045, top + 0.05 + row * 0.1];
    fill(isLit ? colours.window : colours.dark, x, y, 0.025, 0.055);
  }
}

/** Where something is that goes from one side to the other again and again, out of sight between. */
function across(way: number): number {
  return (((way % road) + road) % road) - unseen;
}

function drawWords(context: Context, words: readonly string[]): void {
  const { width, height } = context.canvas;
  const size = Math.round(height / 12);
  context.font = [`700 ${size}px`, family].join(' ');
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillStyle = colours.label;
  context.fillRect(width * 0.25, height * 0.06, width * 0.5, size * 1.4 * words.length);
  context.fillStyle = colours.letters;
  words.forEach((line, at) => {
    context.fillText(line, width / 2, height * 0.06 + size * 1.4 * (at + 0.5), width * 0.48);
  });
}
