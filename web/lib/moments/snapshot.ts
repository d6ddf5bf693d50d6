/** A picture may leave the console only when the audit knows of it, with a watermark where one is asked for. */
import { saveFile } from '../ui/save-file.ts';
import { drawWatermark, watermarkText, type Watermark } from '../privacy/watermark.ts';

/**
 * Saves what the video shows now, at its own size, as a PNG named by zone and UTC time.
 * @param mark drawn into the picture, where one is asked for
 * @param report tells the server; nothing is saved when that fails
 * @returns the name of the file, and the time of the picture
 */
export async function saveSnapshot(
  video: HTMLVideoElement,
  zone: string,
  mark: Watermark | undefined,
  report: () => Promise<unknown>,
): Promise<{ file: string; at: Date }> {
  const at = new Date();
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  const context = canvas.getContext('2d');
  // Into this size: by now another layer may have come, whose picture would be cut off or leave an edge.
  context?.drawImage(video, 0, 0, canvas.width, canvas.height);
  if (context && mark) drawWatermark(context, watermarkText(mark, at), 1);
  await report();
  const file = `${zone}_${at.toISOString().replaceAll(':', '-')}.png`;
  saveFile(await canvas.convertToBlob({ type: 'image/png' }), file);
  return { file, at };
}
