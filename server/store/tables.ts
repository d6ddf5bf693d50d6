/**
 * The tables as SQL sees them; migrations/ makes them. Times are ms since the epoch, yes and no are 1
 * and 0, since these are what SQLite and PostgreSQL both have.
 */
export interface Tables {
  people: {
    id: string;
    name: string;
    /** The name as names are compared: without regard to case. */
    name_key: string;
    password_hash: string | null;
    totp_secret: string | null;
    issuer: string | null;
    subject: string | null;
    disabled: number;
    created_at: number;
    last_sign_in: number | null;
    /** Of the last code that was accepted: its number of 30 s since the epoch. */
    totp_step: number | null;
    /** The password is one that an administrator knows. */
    must_change: number;
  };
  /** By the digest of the token that a browser keeps. */
  known_browsers: { person_id: string; token_hash: string; seen_at: number };
  sign_ons: {
    sign_in_id: string;
    person_id: string;
    subject: string;
    refresh_token: string | null;
    checked_at: number;
  };
  person_grants: { person_id: string; role: string; zones: string };
  sign_ins: {
    id: string;
    token_hash: string;
    person_id: string | null;
    key_id: string | null;
    address: string;
    agent: string;
    created_at: number;
    last_seen: number;
    expires_at: number;
  };
  keys: {
    id: string;
    name: string;
    role: string;
    zones: string;
    secret_hash: string;
    created_at: number;
    last_used: number | null;
    max_bitrate: number | null;
  };
  invitations: { token_hash: string; person_id: string; expires_at: number };
  recovery_codes: { person_id: string; code_hash: string };
  enrolments: { token_hash: string; key_id: string; expires_at: number };
  zones: {
    id: string;
    listed: number;
    notice: string | null;
    masks: string;
    /** JSON; null where there are none */
    preset_masks: string | null;
    max_bitrate: number | null;
  };
  filmed_zones: { zone: string; first_at: number; last_at: number };
  gateways: {
    name: string;
    key_id: string;
    key_name: string;
    version: string;
    address: string;
    last_seen: number;
  };
  site_cameras: {
    gateway: string;
    name: string;
    /** JSON */
    settings: string;
    /** What only the gateway is told, encrypted. */
    sealed: string | null;
  };
  runs: {
    id: string;
    machine: string;
    process: string;
    started_at: number;
    seen_at: number;
    beats: number;
  };
  open_parts: { run: string; part: string; began_at: number; entry: string };
  /** One row: how many changes of people, keys, sign-ins and zones there have been. */
  changes: { id: number; number: number };
  zone_events: {
    id: string;
    zone: string;
    at: number;
    kind: string;
    state: string;
    source: string;
  };
  views: {
    id: string;
    owner_id: string;
    owner_name: string;
    /** Within it names are unique: the owner's id, or empty for those that are shared. */
    scope: string;
    name_key: string;
    /** JSON, with the name. */
    content: string;
    /** JSON: roles */
    shared_with: string;
    version: number;
    changed_at: number;
  };
  happenings: {
    /** Begins with the time of its beginning. */
    id: string;
    kind: string;
    /** JSON: what it is and which zones it concerns. */
    content: string;
    /** Of the content. */
    version: number;
    /** Of any of it, ms since the epoch. */
    changed_at: number;
    /** JSON; null where nobody has. */
    acknowledged: string | null;
    note: string | null;
    /** Whose bookmark it is, by id; null for what happened by itself. */
    marked_by: string | null;
  };
  handovers: {
    id: string;
    /** JSON */
    content: string;
    /** JSON; null until somebody has. */
    confirmed: string | null;
  };
  plans: {
    id: string;
    name: string;
    name_key: string;
    /** `picture` or `city` */
    ground: string;
    /** JSON */
    zones: string;
    version: number;
    picture_hash: string | null;
    picture_type: string | null;
    /** Base64 */
    picture: string | null;
  };
  facts: { name: string; value: string };
  audit: {
    number: number;
    at: number;
    kind: string;
    action: string | null;
    /** The actor's name as names are searched. */
    actor: string | null;
    zone: string | null;
    /** JSON; null once its time of retention is over. */
    content: string | null;
    content_hash: string;
    hash: string;
  };
  /** One row: the newest record of the audit. */
  audit_head: { id: number; number: number; hash: string };
}
