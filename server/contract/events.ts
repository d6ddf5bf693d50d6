/**
 * What browser and server say to each other over socket.io. Every client event is acknowledged with
 * `{ok: true, …}` or `{ok: false, error: {code, message}}`; see docs/protocol.md.
 */
import { z } from 'zod';
import { CameraEvent } from './camera-event.ts';
import { CameraRtpParameters } from './camera-media.ts';
import { ErrorCode, RequestFault } from './errors.ts';
import { CameraTiming, ViewerTiming, ZoneTiming } from './latency.ts';
import { ProducerRefusal } from './producer-refusal.ts';
import { Announcement, Screen, Sending, Sent } from './screen.ts';
import { SpatialLayer, StatedCapture } from './layers.ts';
import {
  ConsumerParameters,
  DtlsParameters,
  IceParameters,
  IceServer,
  MediaId,
  MediaKind,
  RtpCapabilities,
  TransportParameters,
} from './media.ts';
import { Happening, happeningLimits } from './happening.ts';
import { fittingName } from './name.ts';
import { NodeId } from './node.ts';
import { Masks, PresetMasks } from './privacy.ts';
import { CameraSteering, PresetsRequest, Steering, SteerRequest } from './steering.ts';
import { mostTiles, Tiles } from './tile.ts';
import { ListedZones, ZoneList, ZoneTotals } from './zone-list.ts';
import { StillAnswer } from './still.ts';
import { ZoneId, ZoneSummary } from './zone.ts';

/** Sent in socket.io's handshake; the session outlives a socket, and a page reload in the same tab. */
export const Handshake = z.object({
  /** A secret of the browser tab: at least 128 random bits, base64url. */
  session: z.string().regex(/^[A-Za-z0-9_-]{22,64}$/),
  /** The zones that the page's list shows, as in `zones:list`. */
  list: ListedZones.optional(),
  /** A wall or a desk says what it is called, as in `screen:announce`. */
  screen: Announcement.optional(),
});
export type Handshake = z.infer<typeof Handshake>;

const Nothing = z.object({});

/** Client to server: what is asked, and what the acknowledgement holds when all went well. */
export const clientEvents = {
  /**
   * Watch these zones and no others, or say again what one watches: the answer always holds the whole
   * truth, so it serves a first join, a change of zone, a wall and a return after a lost socket alike.
   */
  watch: {
    request: z.object({
      tiles: Tiles,
      rtpCapabilities: RtpCapabilities,
      /** The receive transport the client holds, to be kept if the server still has it. */
      transportId: MediaId.optional(),
      /** It is a wall or a tour: where the server is nearly full, these are refused first. */
      wall: z.boolean().default(false),
    }),
    response: z.object({
      /** The zones watched now. */
      zones: z.array(ZoneSummary),
      /** Those asked for that one may not watch; if there is no other, the answer is a refusal. */
      forbidden: z.array(z.string()),
      /** Present when a new transport replaces whatever the client had. */
      transport: TransportParameters.optional(),
      /** Every consumer the client is to have now; none of a zone without a camera. */
      consumers: z.array(ConsumerParameters),
      /** What cannot be had, each for itself: it takes no other zone along. */
      refused: z.array(ProducerRefusal),
      /** As in `tiles:lowered`; none if not said. */
      lowered: z.array(z.string()).optional(),
    }),
  },
  /** Tiles of watched zones changed their size, visibility or focus; the others stay as they are. */
  view: {
    request: z.object({ tiles: Tiles }),
    response: z.object({
      /** Those that are not watched; if there is no other, the answer is a refusal. */
      unwatched: z.array(z.string()),
    }),
  },
  /** Say which zones the page's list shows; the answer is all that it is to show now, and what changes is told. */
  'zones:list': { request: ListedZones, response: ZoneList },
  /**
   * Take the camera's place in a zone. Sent while the browser still asks for the camera. A living holder
   * keeps it; one whose socket is lost, or that has sent nothing for 1 s when it was to, gives it over.
   */
  claim: {
    request: z.object({
      zone: ZoneId,
      /** What people see as the camera's name. */
      label: z.string().max(64).transform(fittingName),
      /** Whether this client can burn privacy masks in; without it, a zone with masks is refused. */
      masks: z.boolean().default(false),
      /**
       * Whether it can cover the whole picture while the camera moves, and until that stands at a preset with masks of its
       * own; without it, a zone with masks of presets is refused.
       */
      presetMasks: z.boolean().default(false),
      /** Whether it knows `key:wanted`; an earlier version does not, and is not told. */
      keyFrames: z.boolean().default(false),
      /** Whether it shows a drawn picture and no place: nobody misses it when it goes. */
      demonstration: z.boolean().default(false),
      transportId: MediaId.optional(),
    }),
    response: z.object({
      zone: ZoneSummary,
      /** To be in every frame that is sent. */
      masks: Masks,
      /** Those of presets, where the client can cover; none if not said. */
      presetMasks: PresetMasks.optional(),
      /** Most that may be sent, all layers and sound together, bit/s; a camera that sends more is cut off. */
      maxBitrate: z.number().int().positive(),
      transport: TransportParameters.optional(),
      /** What the server still receives from this camera; anything else is to be published. */
      producers: z.array(z.object({ id: MediaId, kind: MediaKind })),
    }),
  },
  /** Send one track to the claimed zone; the first one also connects the transport. */
  publish: {
    request: z.object({
      transportId: MediaId,
      dtlsParameters: DtlsParameters.optional(),
      kind: MediaKind,
      rtpParameters: CameraRtpParameters,
      /** What a video track captures; without it viewers of any size get the top layer. */
      capture: StatedCapture.optional(),
    }),
    response: z.object({ producerId: MediaId }),
  },
  /** Stop sending one track, as when the camera's audio is switched off. */
  unpublish: { request: z.object({ producerId: MediaId }), response: Nothing },
  'transport:connect': {
    request: z.object({ transportId: MediaId, dtlsParameters: DtlsParameters }),
    response: Nothing,
  },
  /** Whether the server is there, and sends: asked when nothing comes over the transport any more. */
  'transport:check': {
    request: z.object({ transportId: MediaId }),
    response: z.object({
      /** Bytes of media sent on it so far. */
      sent: z.number(),
    }),
  },
  /** New ICE credentials for the same transport after a change of network (RFC 8445 §2.4). */
  'transport:restart-ice': {
    request: z.object({ transportId: MediaId }),
    response: z.object({
      iceParameters: IceParameters,
      /** With fresh TURN credentials: those of the transport may have run out. */
      iceServers: z.array(IceServer),
    }),
  },
  /** The client can decode these now: send, each beginning with a key frame. */
  'consumer:resume': {
    request: z.object({
      consumerIds: z
        .array(MediaId)
        .min(1)
        .max(2 * mostTiles),
    }),
    response: z.object({
      /** Those that have ended meanwhile; if there is no other, the answer is a refusal. */
      gone: z.array(MediaId),
    }),
  },
  /** A picture of a watched zone is about to be saved: it is to be in the audit first. */
  snapshot: { request: z.object({ zone: ZoneId }), response: Nothing },
  /**
   * Turns the camera of a watched zone. Takes the hand where it is free, or where whoever has it has a lower role.
   * Answered when the camera has taken it, or a newer move has taken its place.
   */
  steer: { request: SteerRequest, response: Nothing },
  /** Gives the hand back; what still moves stops. */
  'steer:release': { request: z.object({ zone: ZoneId }), response: Nothing },
  /** Keeps, renames or removes a preset of the camera; takes the hand as `steer` does. */
  'steer:presets': { request: PresetsRequest, response: Nothing },
  /** What the camera of the claimed zone can, and where it stands; said after `claim`, and when it changes. Null for none. */
  'camera:steering': {
    request: z.object({ steering: CameraSteering.nullable() }),
    response: Nothing,
  },
  /** What the camera of the claimed zone measures of the time that its pictures take; every 2 s while it sends. */
  'camera:timing': { request: CameraTiming, response: Nothing },
  /** The camera of the claimed zone has noticed something: it is kept in the history of its zone. */
  'camera:event': { request: CameraEvent, response: Nothing },
  /**
   * The highest layer that the camera of the claimed zone sends of those that are wanted, since its way to the server has
   * no room for more; null for none. Holds for the picture that it sends now.
   */
  'layers:sent': { request: z.object({ highest: SpatialLayer.nullable() }), response: Nothing },
  /** The camera's answer to `still:wanted`, within 2.5 s. */
  still: { request: StillAnswer, response: Nothing },
  /** What a viewer measures of zones that it watches; the answer is the rest of their pictures' way. */
  latency: {
    request: z.object({
      zones: z
        .array(z.object({ zone: ZoneId, viewer: ViewerTiming }))
        .min(1)
        .max(mostTiles),
    }),
    response: z.object({ zones: z.array(ZoneTiming.extend({ zone: z.string() })) }),
  },
  /**
   * From now on, hear of what happens to zones that one may see: the newest so far, and then each change. A new socket
   * asks again.
   */
  'happenings:follow': {
    request: Nothing,
    response: z.object({
      /** The newest first. */
      happenings: z.array(Happening).max(happeningLimits.page),
    }),
  },
  /** This page is a screen on which others can put something: what it is called, from now on. */
  'screen:announce': { request: Announcement, response: Nothing },
  /** The screens that are open, for whoever may send something there. */
  'screens:list': {
    request: Nothing,
    response: z.object({
      screens: z.array(Screen),
      /** Nodes whose screens are not known at the moment. */
      unknownAt: z.array(z.string()),
    }),
  },
  /** Puts a view or a zone on a screen; it is in the audit, and said there who has sent it. */
  'screen:send': {
    request: z.object({ screen: Screen.shape.id, show: Sending }),
    response: Nothing,
  },
  /** End the session in its zone, as camera or as watcher. */
  leave: { request: Nothing, response: Nothing },
} as const;

/** Server to client; none is acknowledged. */
export const serverEvents = {
  /**
   * All zones that the client's list is to show, on connection and when its rights have changed; the first ones that
   * it may see where it never said what it shows, and then without totals.
   */
  zones: ZoneTotals.partial().extend({ zones: z.array(ZoneSummary) }),
  /** Those of them that changed since, or came, or are to be shown no more. */
  'zones:changed': z.object({ changed: z.array(ZoneSummary), gone: z.array(z.string()) }),
  /** How many zones fit what the client's list shows, or which nodes are unknown, has changed; at most once a second. */
  'zones:totals': ZoneTotals,
  /** To whoever follows, when their rights have changed: all of it anew, as in the answer of `happenings:follow`. */
  happenings: z.object({ happenings: z.array(Happening) }),
  /** To whoever follows: these are new, or are so now, as they were acknowledged, grew or ended. */
  'happenings:changed': z.object({ happenings: z.array(Happening) }),
  /** The joined zone changed: its camera's state or its viewers. */
  'zone:changed': z.object({ zone: ZoneSummary }),
  /** Media has come to a watched zone; the consumers are additional to those held. */
  'producer:live': z.object({ consumers: z.array(ConsumerParameters) }),
  /** Feeds that have come to watched zones, or broke off, and that this client cannot be given for now. */
  'producer:refused': z.object({ refused: z.array(ProducerRefusal) }),
  /**
   * The watched zones whose pictures are smaller than their tiles could show, as the server is nearly full; all of them
   * each time. A focused tile is never one.
   */
  'tiles:lowered': z.object({ zones: z.array(z.string()) }),
  /** The watched camera, or one track of it, is gone: these consumers are closed; none where it was refused. */
  'producer:gone': z.object({
    zone: z.string(),
    consumerIds: z.array(MediaId),
    /** Nothing that it has sent may be shown any longer, as privacy masks were not burnt in. */
    blank: z.boolean().optional(),
  }),
  /**
   * To the camera: send the spatial layers up to this one and let the others sleep; null lets all sleep,
   * as nobody watches.
   */
  'layers:wanted': z.object({ highest: SpatialLayer.nullable() }),
  /**
   * To the camera: a viewer cannot go on without a key frame of this layer. Of a track alone that takes no requests for them
   * by RTCP, once a second at most for each layer; nobody waits for it.
   */
  'key:wanted': z.object({ zone: z.string(), layer: SpatialLayer }),
  /**
   * To the camera: make a still of what it films now, also while it sleeps, or say why there is none; answered by `still`.
   * At most once in 3 s.
   */
  'still:wanted': z.object({ zone: z.string() }),
  /**
   * To the camera: these masks are to be in every frame from now on; confirmed by `claim`, within 4 s. Those of presets are
   * told as in the answer of `claim`.
   */
  'masks:changed': z.object({
    zone: z.string(),
    masks: Masks,
    presetMasks: PresetMasks.optional(),
  }),
  /** How a watched zone's camera can be steered, and who does; null where it cannot. Told after `watch`, and when it changes. */
  steering: z.object({ zone: z.string(), steering: Steering.nullable() }),
  /** To a screen: somebody has put this there. A zone takes one pane; what may not be watched is refused as ever. */
  'screen:show': Sent,
  /** The media path is lost on the server's side: send `watch` or `claim` again, with no transport. */
  rejoin: z.object({ reason: z.enum(['media-worker-died', 'rights-unconfirmed']) }),
  /**
   * Whether the server knows that people may still watch what they watch; pictures end in `left` ms if that stays so.
   * Told when it changes, and on connection while it is not known.
   */
  rights: z.discriminatedUnion('confirmed', [
    z.object({ confirmed: z.literal(true) }),
    z.object({ confirmed: z.literal(false), left: z.number().nonnegative() }),
  ]),
  /** The right to watch these zones was withdrawn; they are watched no more. */
  'zones:withdrawn': z.object({ zones: z.array(z.string()) }),
  /** The server ended this session; coming back is up to a person. */
  'session:ended': z.object({ code: ErrorCode, message: z.string() }),
  /** The server takes no new sessions: come back to one that does, as soon as there is one, or to the node that is named. */
  'server:draining': z.object({ node: NodeId.optional() }),
  /** The server is going down; clients come back by themselves when it is up again. */
  'server:stopping': Nothing,
} as const;

export type ClientEventName = keyof typeof clientEvents;
export type ServerEventName = keyof typeof serverEvents;

/** What a client sends (before parsing). */
export type Request<E extends ClientEventName> = z.input<(typeof clientEvents)[E]['request']>;
/** What a handler gets (after parsing). */
export type Parsed<E extends ClientEventName> = z.output<(typeof clientEvents)[E]['request']>;
export type Response<E extends ClientEventName> = z.infer<(typeof clientEvents)[E]['response']>;
export type ServerMessage<E extends ServerEventName> = z.infer<(typeof serverEvents)[E]>;

export type Acknowledgement<E extends ClientEventName> =
  ({ ok: true } & Response<E>) | { ok: false; error: RequestFault };

/** The event maps that socket.io's types ask for. */
export type ClientToServerEvents = {
  [E in ClientEventName]: (request: Request<E>, ack: (answer: Acknowledgement<E>) => void) => void;
};
export type ServerToClientEvents = { [E in ServerEventName]: (notice: ServerMessage<E>) => void };
