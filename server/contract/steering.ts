/** Steering a zone's camera: what it can, what is asked of it, where it stands, and who has the hand. */
import { z } from 'zod';
import { ZoneId } from './zone.ts';

/** Most presets that are told of one camera. */
export const mostPresets = 256;

export const PresetToken = z.string().min(1).max(64);
export const Preset = z.object({ token: PresetToken, name: z.string().max(64) });
export type Preset = z.infer<typeof Preset>;

/** What a camera can, as it says itself. */
export const Abilities = z.object({
  continuous: z.boolean(),
  /** Also what follows from it: to centre a place of the picture, and to fill the picture with a part of it. */
  relative: z.boolean(),
  absolute: z.boolean(),
  zoom: z.boolean(),
  home: z.boolean(),
  /** Most presets that the camera keeps; 0 where they cannot be set. */
  presets: z.number().int().min(0).max(100_000),
});
export type Abilities = z.infer<typeof Abilities>;

/** Of what the camera can at most, or of its range; as the generic spaces of ONVIF have it. */
const Signed = z.number().min(-1).max(1);
/** Of the picture from the upper left, or of the range of the zoom. */
const Share = z.number().min(0).max(1);
const Way = { pan: Signed, tilt: Signed, zoom: Signed };

export const Move = z.discriminatedUnion('kind', [
  /** With a speed: said again every 300 ms while it is to go on, since it ends 1 s after the last one. */
  z.object({ kind: z.literal('continuous'), ...Way }),
  z.object({ kind: z.literal('stop') }),
  /** What is there in the picture comes to its centre. */
  z.object({ kind: z.literal('centre'), x: Share, y: Share }),
  /** What is there fills the picture. */
  z.object({ kind: z.literal('area'), x: Share, y: Share, width: Share, height: Share }),
  z.object({ kind: z.literal('absolute'), pan: Signed, tilt: Signed, zoom: Share }),
  z.object({ kind: z.literal('relative'), ...Way }),
  z.object({ kind: z.literal('preset'), preset: PresetToken }),
  z.object({ kind: z.literal('home') }),
]);
export type Move = z.infer<typeof Move>;
export type MoveKind = Move['kind'];

const PresetName = z.string().trim().min(1).max(64);
export const PresetChange = z.discriminatedUnion('kind', [
  /** Where the camera stands now; as a new one, or in place of one that there is. */
  z.object({ kind: z.literal('save'), name: PresetName, preset: PresetToken.optional() }),
  z.object({ kind: z.literal('rename'), preset: PresetToken, name: PresetName }),
  z.object({ kind: z.literal('remove'), preset: PresetToken }),
]);
export type PresetChange = z.infer<typeof PresetChange>;

/** Why nothing of a masked picture is to be seen. */
export const Covered = z.enum(['moving', 'unknown-place']);
export type Covered = z.infer<typeof Covered>;

/** What a camera says of itself. */
export const CameraSteering = z.object({
  abilities: Abilities,
  presets: z.array(Preset).max(mostPresets),
  /** The preset at which it stands; null where it stands at none, moves, or nobody knows. */
  at: PresetToken.nullable(),
  moving: z.boolean(),
  /** Why its picture is covered: it moves, or it stands where nobody has said what is to be hidden. */
  covered: Covered.optional(),
});
export type CameraSteering = z.infer<typeof CameraSteering>;

/** What one who watches is told. */
export const Steering = CameraSteering.extend({
  /** Who steers. */
  hand: z
    .object({
      name: z.string(),
      mine: z.boolean(),
      /** For how long still, if nothing is done with it; ms. */
      until: z.number().nonnegative().optional(),
    })
    .nullable(),
});
export type Steering = z.infer<typeof Steering>;

/** Rises with each move of whoever says it; what comes with a smaller one is late, and is not done. */
const MoveNumber = z.number().int().nonnegative();

/** Viewer to server. */
export const SteerRequest = z.object({ zone: ZoneId, number: MoveNumber, move: Move });
export const PresetsRequest = z.object({ zone: ZoneId, change: PresetChange });

const Done = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true) }),
  /** Why not, for people. */
  z.object({ ok: z.literal(false), reason: z.string().min(1).max(300) }),
]);
export type Done = z.infer<typeof Done>;

/** Server to the camera; each is acknowledged. */
export const cameraRequests = {
  /** Acknowledged when the camera has taken it, or a newer one has taken its place. */
  'steer:move': { request: z.object({ number: MoveNumber, move: Move }), answer: Done },
  'steer:presets': {
    request: z.object({ number: MoveNumber, change: PresetChange }),
    answer: Done,
  },
} as const;
export type CameraRequestName = keyof typeof cameraRequests;
export type CameraRequest<N extends CameraRequestName> = z.output<
  (typeof cameraRequests)[N]['request']
>;

/** How steering goes on and ends by itself; ms. */
export const steeringTimes = {
  /** Between two sayings of a continuous move while a key is held. */
  repeat: 300,
  /** A continuous move that is not said again ends. */
  unrepeated: 1000,
  /** The hand is free after the last move. */
  lease: 10_000,
} as const;
