/** Says again and again that it is time to draw. A worker's timers keep their pace in a tab that is not seen. */

addEventListener('message', ({ data: interval }: MessageEvent<number>) => {
  setInterval(() => postMessage(undefined), interval);
});
