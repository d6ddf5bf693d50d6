/** A media transport that knows the addresses that this computer has now. */
import type { types } from 'mediasoup-client';

/**
 * Makes a transport with a frame of its own. Chromium lets a page gather ICE candidates on a new address
 * only when the system's network has been quiet for a while (2 s on Linux), but reads the addresses afresh
 * for each new frame. The frame goes when the transport is closed.
 * @param make calls `device.createRecvTransport` or `createSendTransport`, which take the constructor of
 *   connections from the global scope
 */
export function inNewFrame(make: () => types.Transport): types.Transport {
  const frame = document.createElement('iframe');
  frame.hidden = true;
  document.body.append(frame);
  const own = globalThis.RTCPeerConnection;
  const { RTCPeerConnection } = (frame.contentWindow ?? globalThis) as typeof globalThis;
  try {
    Object.assign(globalThis, { RTCPeerConnection });
    const transport = make();
    transport.observer.once('close', () => frame.remove());
    return transport;
  } catch (error) {
    frame.remove();
    throw error;
  } finally {
    Object.assign(globalThis, { RTCPeerConnection: own });
  }
}
