/** One table of transitions, so that no order of events can bring a camera into an unknown state. */
import type { CameraState } from '../contract/zone.ts';

/** What can happen to a camera, as seen by the server; `rest`: it sends nothing, as it was told. */
export type CameraEvent =
  'claimed' | 'transport-up' | 'transport-lost' | 'packets' | 'silence' | 'rest' | 'gone';

const transitions: Record<CameraState, Partial<Record<CameraEvent, CameraState>>> = {
  idle: { claimed: 'connecting' },
  connecting: { 'transport-up': 'connected', packets: 'streaming', gone: 'idle' },
  connected: {
    packets: 'streaming',
    silence: 'stalled', // It was woken, or never began.
    'transport-lost': 'connecting',
    gone: 'idle',
  },
  streaming: {
    silence: 'stalled',
    rest: 'connected',
    'transport-lost': 'connecting',
    gone: 'idle',
  },
  stalled: {
    packets: 'streaming',
    rest: 'connected',
    'transport-lost': 'connecting',
    gone: 'idle',
  },
};

/** The state after an event; an event that means nothing in a state leaves it as it is. */
export function nextCameraState(state: CameraState, event: CameraEvent): CameraState {
  return transitions[state][event] ?? state;
}
