/** Saves what the video shows now, at its own size, as a PNG named by zone and UTC time. */
export async function saveSnapshot(video: HTMLVideoElement, zone: string): Promise<void> {
  const at = new Date().toISOString().replaceAll(':', '-');
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  const url = URL.createObjectURL(await canvas.convertToBlob({ type: 'image/png' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${zone}_${at}.png`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
