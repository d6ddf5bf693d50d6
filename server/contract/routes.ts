/**
 * Every request under /api, and those of health and metrics beside it: who may ask, with what, and what is answered. The server registers its routes from
 * this table, and the page asks by it.
 */
import { z } from 'zod';
import {
  AcceptInvitation,
  ActiveSignIn,
  AddKey,
  AddedPerson,
  AddPerson,
  ChangePassword,
  ChangePerson,
  ChangePresetMasks,
  ChangeZone,
  ClusterReport,
  ConfirmTwoFactor,
  Enrol,
  Enrolment,
  Id,
  Invitation,
  Invited,
  Key,
  ListZone,
  LookAtInvitation,
  ManagedZone,
  MasksOfZone,
  Me,
  NewKey,
  NoticeOf,
  Person,
  Reauthentication,
  RecoveryCodes,
  SetUp,
  SignIn,
  TwoFactorOffer,
  Version,
} from './api.ts';
import { AuditExport, AuditPage, AuditQuery, SightQuery, Sights } from './audit.ts';
import { ZoneEventPage, ZoneEventQuery } from './camera-event.ts';
import { CityMapIfAny } from './city-map.ts';
import { CameraTest, GatewayName, SiteCamera } from './gateway.ts';
import { AskedCamera, AskedEncoder, CameraFacts, Discovery } from './onvif.ts';
import {
  AcknowledgeHappenings,
  AddBookmark,
  AnnotateHappening,
  Happening,
  HappeningPage,
  HappeningQuery,
  OfHappening,
} from './happening.ts';
import { Handover, HandoverList, BeginHandover, ConfirmHandover, OfHandover } from './handover.ts';
import { FirstRun } from './first-run.ts';
import { ChangeCamera, GatewayList, ShownCamera } from './gateway-list.ts';
import { Alive, Readiness } from './health.ts';
import { ownPath } from './own-path.ts';
import { AddPlan, ChangePlan, Plan } from './plan.ts';
import type { Route } from './route.ts';
import { ResourceList } from './whip.ts';
import { MasksOfPreset } from './privacy.ts';
import { StillList } from './still.ts';
import { ChangeView, SaveView, View } from './view.ts';
import { ZoneNames } from './zone-list.ts';
import { ZoneId } from './zone.ts';

/** Nothing but that it is done. */
const Done = z.object({});
const OfId = z.object({ id: Id });
const OfZone = z.object({ zone: ZoneId });

const product = {
  version: { method: 'GET', path: '/version', who: 'signed-in', answer: Version },
} as const satisfies Routes;

/** For load balancers, containers, monitoring, and pages that wait for a server; beside the API. */
export const healthRoutes = {
  /** That the process answers, and no more. */
  live: { method: 'GET', path: '/healthz', root: true, who: 'anyone', answer: Alive },
  /** Whether joins would succeed now: 200, or 503. */
  ready: {
    method: 'GET',
    path: '/readyz',
    root: true,
    who: 'anyone',
    answer: Readiness,
    trouble: 503,
  },
  /** In the text format of Prometheus. */
  metrics: { method: 'GET', path: '/metrics', root: true, who: 'listed-address', answer: 'text' },
} as const satisfies Routes;

/** Before the sign-in, and out again; absent in the open mode. */
const entrance = {
  setUp: { method: 'POST', path: '/set-up', who: 'anyone', body: SetUp, answer: Done },
  signIn: { method: 'POST', path: '/sign-in', who: 'anyone', body: SignIn, answer: Done },
  enrol: {
    method: 'POST',
    path: '/enrol',
    who: 'anyone',
    body: Enrol,
    answer: Key.pick({ role: true, zones: true }),
  },
  /** Whom a link is for; it stays good. */
  lookAtInvitation: {
    method: 'POST',
    path: '/invitation',
    who: 'anyone',
    body: LookAtInvitation,
    answer: Invited,
  },
  /** Sets the password and signs in. */
  acceptInvitation: {
    method: 'POST',
    path: '/invitation/accept',
    who: 'anyone',
    body: AcceptInvitation,
    answer: Done,
  },
  signOut: {
    method: 'POST',
    path: '/sign-out',
    who: 'anyone',
    /** Whether this browser goes on as the device that it was enrolled as before the person signed in. */
    answer: z.object({ enrolled: z.boolean() }),
  },
  startSignOn: {
    method: 'GET',
    path: '/oidc/start',
    who: 'anyone',
    query: z.object({ next: z.unknown().optional().transform(ownPath) }),
    answer: 'redirect',
  },
  /** Comes from the provider's page, with what it chooses to send. */
  finishSignOn: { method: 'GET', path: '/oidc/callback', who: 'anyone', answer: 'redirect' },
} as const satisfies Routes;

/** One's own account. */
const me = {
  describe: { method: 'GET', path: '/me', who: 'signed-in', answer: Me },
  changePassword: {
    method: 'POST',
    path: '/me/password',
    who: 'person',
    body: ChangePassword,
    answer: Done,
  },
  offerTwoFactor: {
    method: 'POST',
    path: '/me/two-factor',
    who: 'person',
    body: Reauthentication,
    answer: TwoFactorOffer,
  },
  confirmTwoFactor: {
    method: 'POST',
    path: '/me/two-factor/confirm',
    who: 'person',
    body: ConfirmTwoFactor,
    answer: RecoveryCodes,
  },
  /** Those of before are good no more. */
  newRecoveryCodes: {
    method: 'POST',
    path: '/me/recovery-codes',
    who: 'person',
    body: Reauthentication,
    answer: RecoveryCodes,
  },
  removeTwoFactor: {
    method: 'DELETE',
    path: '/me/two-factor',
    who: 'person',
    body: Reauthentication,
    answer: Done,
  },
  signIns: { method: 'GET', path: '/me/sessions', who: 'person', answer: z.array(ActiveSignIn) },
  endSignIn: {
    method: 'DELETE',
    path: '/me/sessions/:id',
    who: 'person',
    params: OfId,
    answer: Done,
  },
} as const satisfies Routes;

const people = {
  list: { method: 'GET', path: '/people', who: 'people:manage', answer: z.array(Person) },
  add: {
    method: 'POST',
    path: '/people',
    who: 'people:manage',
    body: AddPerson,
    answer: AddedPerson,
    status: 201,
  },
  /** A link by which they choose a password; it takes the place of one that was not used. */
  invite: {
    method: 'POST',
    path: '/people/:id/invitation',
    who: 'people:manage',
    params: OfId,
    answer: Invitation,
    status: 201,
  },
  revokeInvitation: {
    method: 'DELETE',
    path: '/people/:id/invitation',
    who: 'people:manage',
    params: OfId,
    answer: Done,
  },
  change: {
    method: 'PATCH',
    path: '/people/:id',
    who: 'people:manage',
    params: OfId,
    body: ChangePerson,
    answer: Person,
  },
  remove: {
    method: 'DELETE',
    path: '/people/:id',
    who: 'people:manage',
    params: OfId,
    answer: Done,
  },
} as const satisfies Routes;

const keys = {
  list: { method: 'GET', path: '/keys', who: 'keys:manage', answer: z.array(Key) },
  add: {
    method: 'POST',
    path: '/keys',
    who: 'keys:manage',
    body: AddKey,
    answer: NewKey,
    status: 201,
  },
  enrol: {
    method: 'POST',
    path: '/keys/:id/enrolment',
    who: 'keys:manage',
    params: OfId,
    answer: Enrolment,
    status: 201,
  },
  revoke: { method: 'DELETE', path: '/keys/:id', who: 'keys:manage', params: OfId, answer: Done },
} as const satisfies Routes;

/** Everybody's. */
const signIns = {
  list: { method: 'GET', path: '/sessions', who: 'sign-ins:manage', answer: z.array(ActiveSignIn) },
  end: {
    method: 'DELETE',
    path: '/sessions/:id',
    who: 'sign-ins:manage',
    params: OfId,
    answer: Done,
  },
} as const satisfies Routes;

/** Sessions of WHIP and WHEP, which have no sign-in: their programs send a key with each request. */
const resources = {
  list: { method: 'GET', path: '/v1/resources', who: 'sign-ins:manage', answer: ResourceList },
  end: {
    method: 'DELETE',
    path: '/v1/resources/:handle',
    who: 'sign-ins:manage',
    params: z.object({ handle: z.string().max(64) }),
    answer: Done,
  },
} as const satisfies Routes;

const zones = {
  list: { method: 'GET', path: '/zones', who: 'zone:manage', answer: z.array(ManagedZone) },
  add: {
    method: 'POST',
    path: '/zones',
    who: 'zone:manage',
    body: ListZone,
    answer: ManagedZone,
    status: 201,
  },
  /** Masks ask for `zone:mask`, all else for `zone:manage`. */
  change: {
    method: 'PUT',
    path: '/zones/:zone',
    who: ['zone:manage', 'zone:mask'],
    params: OfZone,
    body: ChangeZone,
    answer: ManagedZone,
  },
  /** What is hidden of it, for whoever draws masks. */
  masks: {
    method: 'GET',
    path: '/zones/:zone/masks',
    who: 'zone:mask',
    params: OfZone,
    answer: MasksOfZone,
  },
  /** What is hidden where its camera stands at one preset. */
  maskPreset: {
    method: 'PUT',
    path: '/zones/:zone/presets/:preset/masks',
    who: 'zone:mask',
    params: OfZone.extend({ preset: MasksOfPreset.shape.preset }),
    body: ChangePresetMasks,
    answer: MasksOfZone,
  },
  /** Of a zone with masks, `zone:mask` is asked for too. */
  remove: {
    method: 'DELETE',
    path: '/zones/:zone',
    who: 'zone:manage',
    params: OfZone,
    answer: Done,
  },
  notice: {
    method: 'GET',
    path: '/zones/:zone/notice',
    who: 'zone:see',
    params: OfZone,
    answer: NoticeOf,
  },
  /** Those that are expected or filmed, of those that one may see; a camera's key needs none. */
  names: { method: 'GET', path: '/v1/zone-names', who: 'zone:watch', answer: ZoneNames },
} as const satisfies Routes;

const OfGateway = z.object({ name: GatewayName });
const OfCamera = z.object({ name: GatewayName, camera: GatewayName });

/** Gateways, known by the name that they have said, and the cameras that are set for them in the console. */
const gateways = {
  list: { method: 'GET', path: '/gateways', who: 'gateways:manage', answer: GatewayList },
  /** One that is not connected, with the cameras that were set for it. */
  forget: {
    method: 'DELETE',
    path: '/gateways/:name',
    who: 'gateways:manage',
    params: OfGateway,
    answer: Done,
  },
  addCamera: {
    method: 'POST',
    path: '/gateways/:name/cameras',
    who: 'gateways:manage',
    params: OfGateway,
    body: SiteCamera,
    answer: ShownCamera,
    status: 201,
  },
  changeCamera: {
    method: 'PATCH',
    path: '/gateways/:name/cameras/:camera',
    who: 'gateways:manage',
    params: OfCamera,
    body: ChangeCamera,
    answer: ShownCamera,
  },
  removeCamera: {
    method: 'DELETE',
    path: '/gateways/:name/cameras/:camera',
    who: 'gateways:manage',
    params: OfCamera,
    answer: Done,
  },
  /** On the gateway, which opens the streams for a moment; with the password that is kept where none is sent. */
  testCamera: {
    method: 'POST',
    path: '/gateways/:name/test',
    who: 'gateways:manage',
    params: OfGateway,
    body: SiteCamera,
    answer: CameraTest,
  },
  /** Has the gateway look for cameras in its networks, which takes some seconds. */
  discover: {
    method: 'POST',
    path: '/gateways/:name/discover',
    who: 'gateways:manage',
    params: OfGateway,
    answer: Discovery,
  },
  /** What a camera says of itself by ONVIF; with the password that is kept for its host where none is sent. */
  facts: {
    method: 'POST',
    path: '/gateways/:name/facts',
    who: 'gateways:manage',
    params: OfGateway,
    body: AskedCamera,
    answer: CameraFacts,
  },
  /** Sets how often a camera's encoder makes a key picture. @returns what the camera says of itself after that */
  setEncoder: {
    method: 'POST',
    path: '/gateways/:name/encoder',
    who: 'gateways:manage',
    params: OfGateway,
    body: AskedEncoder,
    answer: CameraFacts,
  },
} as const satisfies Routes;

/** A picture of a zone as it is now, by whoever films it: JPEG, and when it was taken, in `Taken-At`. */
const still = {
  method: 'GET',
  path: '/zones/:zone/still',
  who: 'zone:watch',
  params: OfZone,
  answer: 'file',
} as const satisfies Route;
const stills = {
  take: still,
  /** The same, at the place that others are told of. */
  takeV1: { ...still, path: '/v1/zones/:zone/still' },
  /** Says of which zones a list shows stills: these are in the audit with one record, before the first is asked for. */
  list: {
    method: 'POST',
    path: '/v1/still-lists',
    who: 'zone:watch',
    body: StillList,
    answer: Done,
  },
} as const satisfies Routes;

/** What the camera of a zone has noticed, the newest first; kept for a time, and so many of each zone. */
const zoneEvents = {
  page: {
    method: 'GET',
    path: '/v1/zones/:zone/events',
    who: 'zone:audit',
    params: OfZone,
    query: ZoneEventQuery,
    answer: ZoneEventPage,
  },
} as const satisfies Routes;

/** One's own views, and those that are shared with a role of one's own. */
const views = {
  list: { method: 'GET', path: '/v1/views', who: 'zone:watch', answer: z.array(View) },
  /** Whoever shares it needs `views:share` too. */
  add: {
    method: 'POST',
    path: '/v1/views',
    who: 'views:keep',
    body: SaveView,
    answer: View,
    status: 201,
  },
  change: {
    method: 'PUT',
    path: '/v1/views/:id',
    who: 'views:keep',
    params: OfId,
    body: ChangeView,
    answer: View,
  },
  remove: {
    method: 'DELETE',
    path: '/v1/views/:id',
    who: 'views:keep',
    params: OfId,
    answer: Done,
  },
} as const satisfies Routes;

/** What happened to zones that one may see, the newest first; kept for a time, and so many of them. */
const happenings = {
  page: {
    method: 'GET',
    path: '/v1/happenings',
    who: 'zone:watch',
    query: HappeningQuery,
    answer: HappeningPage,
  },
  acknowledge: {
    method: 'POST',
    path: '/v1/happenings/acknowledged',
    who: 'happenings:answer',
    body: AcknowledgeHappenings,
    answer: Done,
  },
  /** Marks a moment of a zone, for whoever may watch it. */
  bookmark: {
    method: 'POST',
    path: '/v1/happenings/bookmarks',
    who: 'happenings:answer',
    body: AddBookmark,
    answer: Happening,
    status: 201,
  },
  annotate: {
    method: 'PUT',
    path: '/v1/happenings/:id/note',
    who: 'happenings:answer',
    params: OfHappening,
    body: AnnotateHappening,
    answer: Done,
  },
} as const satisfies Routes;

/** Shifts that were handed over, and the one that is being: who leaves writes it, who comes confirms it. */
const handovers = {
  list: { method: 'GET', path: '/v1/handovers', who: 'happenings:answer', answer: HandoverList },
  begin: {
    method: 'POST',
    path: '/v1/handovers',
    who: 'happenings:answer',
    body: BeginHandover,
    answer: Handover,
    status: 201,
  },
  confirm: {
    method: 'POST',
    path: '/v1/handovers/:id/confirmed',
    who: 'happenings:answer',
    params: OfHandover,
    body: ConfirmHandover,
    answer: Handover,
  },
  /** By whoever has begun it, as long as nobody has confirmed it. */
  withdraw: {
    method: 'DELETE',
    path: '/v1/handovers/:id',
    who: 'happenings:answer',
    params: OfHandover,
    answer: Done,
  },
} as const satisfies Routes;

/** Plans of the site, and where zones stand on them: of those that one may see. */
const plans = {
  list: { method: 'GET', path: '/v1/plans', who: 'zone:watch', answer: z.array(Plan) },
  add: {
    method: 'POST',
    path: '/v1/plans',
    who: 'plans:keep',
    body: AddPlan,
    answer: Plan,
    status: 201,
  },
  change: {
    method: 'PUT',
    path: '/v1/plans/:id',
    who: 'plans:keep',
    params: OfId,
    body: ChangePlan,
    answer: Plan,
  },
  /** With the picture itself as the body: PNG, JPEG or WebP. */
  setPicture: {
    method: 'PUT',
    path: '/v1/plans/:id/picture',
    who: 'plans:keep',
    params: OfId,
    answer: Plan,
  },
  /** @property query the picture's own name, so that a browser keeps it as long as it is the same */
  picture: {
    method: 'GET',
    path: '/v1/plans/:id/picture',
    who: 'zone:watch',
    params: OfId,
    query: z.object({ of: z.string().max(64).optional() }),
    answer: 'file',
  },
  remove: {
    method: 'DELETE',
    path: '/v1/plans/:id',
    who: 'plans:keep',
    params: OfId,
    answer: Done,
  },
} as const satisfies Routes;

/** The city's own map, which plans may stand on. */
const cityMap = {
  describe: { method: 'GET', path: '/v1/city-map', who: 'zone:watch', answer: CityMapIfAny },
  /**
   * One part of its archive, by the header Range.
   * @property query the archive's mark, so that a browser keeps parts of it as long as it is the same
   */
  archive: {
    method: 'GET',
    path: '/v1/city-map/archive',
    who: 'zone:watch',
    query: z.object({ of: z.string().max(64).optional() }),
    answer: 'file',
  },
} as const satisfies Routes;

/** Records of the zones that one is granted, and with `site:audit` those of no zone. */
const audit = {
  page: { method: 'GET', path: '/audit', who: 'zone:audit', query: AuditQuery, answer: AuditPage },
  export: {
    method: 'GET',
    path: '/audit/export',
    who: 'zone:audit',
    query: AuditExport,
    answer: 'file',
  },
  /** Who had the picture of a zone at a moment. */
  sights: {
    method: 'GET',
    path: '/v1/zones/:zone/sights',
    who: 'zone:audit',
    params: OfZone,
    query: SightQuery,
    answer: Sights,
  },
} as const satisfies Routes;

/** For whoever sets a site up. */
const firstRun = {
  look: { method: 'GET', path: '/v1/first-run', who: 'gateways:manage', answer: FirstRun },
} as const satisfies Routes;

/** The nodes of a cluster; none where there is only this one. */
const cluster = {
  describe: { method: 'GET', path: '/v1/cluster', who: 'cluster:see', answer: ClusterReport },
} as const satisfies Routes;

type Routes = Readonly<Record<string, Route>>;

export const routes = {
  ...{
    entrance,
    product,
    me,
    people,
    keys,
    signIns,
    resources,
    zones,
    stills,
    zoneEvents,
    gateways,
    views,
    happenings,
    handovers,
    plans,
    cityMap,
    audit,
    firstRun,
    cluster,
  },
};
