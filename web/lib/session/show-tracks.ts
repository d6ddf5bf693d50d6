/**
 * Puts tracks into a stream in place of former ones of the same kind. A stream that gets no new video
 * keeps the old track, so that the last picture stays until the next zone's first frame.
 */
export function showTracks(stream: MediaStream, tracks: MediaStreamTrack[]): void {
  const kinds = new Set(tracks.map(({ kind }) => kind));
  for (const former of stream.getTracks()) {
    const replaced = kinds.has(former.kind) || former.kind === 'audio';
    if (replaced && !tracks.includes(former)) stream.removeTrack(former);
  }
  for (const track of tracks) if (!stream.getTracks().includes(track)) stream.addTrack(track);
}
