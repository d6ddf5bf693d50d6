/** What mediasoup hands out too late. */

/**
 * Passes on what was made on a transport. mediasoup hands it out even if the transport was closed while it was
 * being made, and then nothing closes it any more: it would be kept for good.
 * @throws Error when the transport has been closed
 */
export function stillOpen<Made extends { close(): void }>(
  transport: { readonly closed: boolean },
  made: Made,
): Made {
  if (!transport.closed) return made;
  made.close();
  throw new Error('The transport was closed meanwhile.');
}
