/**
 * Puts tracks into a stream in place of former ones of the same kind. A stream that gets no new video,
 * or one from which nothing came yet (a muted track is black), keeps the old track, so that the last
 * picture stays until the next zone's first frame.
 */
export function showTracks(stream: MediaStream, given: MediaStreamTrack[]): void {
  const held = stream.getTracks();
  const tracks = given.filter(
    (track) => !track.muted || !held.some(({ kind, id }) => kind === track.kind && id !== track.id),
  );
  const kinds = new Set(tracks.map(({ kind }) => kind));
  for (const former of held) {
    const replaced = kinds.has(former.kind) || former.kind === 'audio';
    if (replaced && !tracks.includes(former)) stream.removeTrack(former);
  }
  for (const track of tracks) if (!stream.getTracks().includes(track)) stream.addTrack(track);
}
