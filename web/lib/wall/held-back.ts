/**
 * Frees a picture that the browser holds back. When a tile is shown again whose stream was paused, Chromium at
 * times decodes its frames and shows none for as long as the pause was, mostly if they come slowly at first.
 * A player that is attached again shows the next one.
 */
const interval = 50; // ms
/** So many frames without one that is shown: the newest may be just about to be. */
const suspicious = 2;

/**
 * To be called when a video comes to be seen.
 * @returns ends the watch, which otherwise ends with the first frame that is shown
 */
export function freeHeldBack(video: HTMLVideoElement): () => void {
  const decoded = (): number => video.getVideoPlaybackQuality().totalVideoFrames;
  let before = decoded();
  let enough = suspicious;
  const timer = setInterval(() => {
    if (decoded() - before < enough) return;
    const { srcObject } = video;
    video.srcObject = null;
    video.srcObject = srcObject;
    before = decoded(); // of the new player
    enough *= 2; // A computer that is only slow must get to show one.
  }, interval);
  const shown = video.requestVideoFrameCallback(() => clearInterval(timer));
  return () => {
    clearInterval(timer);
    video.cancelVideoFrameCallback(shown);
  };
}
