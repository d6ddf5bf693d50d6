/** From the browser's statistics (W3C webrtc-stats) to the figures that a person reads. */
import { texts } from '../text/texts.ts';

export interface Layer {
  name: string;
  /** bit/s */
  bitrate: number | undefined;
  width: number;
  height: number;
  frameRate: number;
}

export interface Figures {
  icePath?: string;
  /** ms */
  rtt?: number;
  encryption?: string;
  /** bit/s */
  bitrate?: number;
  resolution?: string;
  /** frames/s */
  frameRate?: number;
  /** percent of packets since the last reading */
  loss?: number;
  /** ms */
  jitter?: number;
  /** Frames that came but were not shown, since the track began. */
  dropped?: number;
  layers: Layer[];
}

/** Counters to compare the next reading with. */
export interface Reading {
  /** ms */
  at: number;
  frames: number;
  /** Whole frames that came, decoded or not. */
  received: number;
  packets: number;
  lost: number;
  bytes: Map<string, number>;
}

/** One row of a statistics report. */
export type Row = Record<string, unknown> & { id: string; type: string; timestamp: number };
const tlsVersions: Record<string, string> = {
  FEFF: 'DTLS 1.0',
  FEFD: 'DTLS 1.2',
  FEFC: 'DTLS 1.3',
};

/**
 * @param rows the values of an RTCStatsReport
 * @param before the last reading, for everything that is a rate
 */
export function reduceStats(
  rows: Row[],
  before: Reading | undefined,
): { figures: Figures; reading: Reading } {
  const media = rows.filter(({ type }) => type === 'inbound-rtp' || type === 'outbound-rtp');
  const video = media.filter(({ kind }) => kind === 'video');
  const remote = rows.filter(({ type, kind }) => type === 'remote-inbound-rtp' && kind === 'video');
  const reports = video.some(({ type }) => type === 'inbound-rtp') ? video : remote;
  const reading: Reading = {
    at: media[0]?.timestamp ?? 0,
    frames: sum(video, 'framesDecoded') + sum(video, 'framesEncoded'),
    received: sum(video, 'framesReceived'),
    packets: sum(video, 'packetsReceived') + sum(video, 'packetsSent'),
    lost: sum(reports, 'packetsLost'),
    bytes: new Map(media.map((row) => [row.id, num(row.bytesReceived) ?? num(row.bytesSent) ?? 0])),
  };
  const seconds = before ? (reading.at - before.at) / 1000 : 0;
  const rate = (id: string): number | undefined => {
    const earlier = before?.bytes.get(id);
    if (earlier === undefined || seconds <= 0) return undefined;
    return Math.max(0, ((reading.bytes.get(id) ?? 0) - earlier) * 8) / seconds;
  };
  const rates = media.map(({ id }) => rate(id)).filter((value) => value !== undefined);
  const largest = [...video].sort(byWidth).at(-1);
  const jitters = reports.map(({ jitter }) => num(jitter)).filter((value) => value !== undefined);
  const figures: Figures = {
    ...connection(rows),
    ...(rates.length > 0 ? { bitrate: rates.reduce((a, b) => a + b, 0) } : {}),
    ...(num(largest?.frameWidth)
      ? { resolution: `${num(largest?.frameWidth)}×${num(largest?.frameHeight)}` }
      : {}),
    ...(largest ? { frameRate: num(largest.framesPerSecond) ?? 0 } : {}),
    ...(jitters.length > 0 ? { jitter: Math.max(...jitters) * 1000 } : {}),
    ...lossOf(reading, before),
    ...(largest?.type === 'inbound-rtp' ? { dropped: sum(video, 'framesDropped') } : {}),
    layers: [...video].sort(byRid).map((row) => ({
      name: typeof row.rid === 'string' ? row.rid : texts.figures.onlyLayer,
      bitrate: rate(row.id),
      width: num(row.frameWidth) ?? 0,
      height: num(row.frameHeight) ?? 0,
      frameRate: num(row.framesPerSecond) ?? 0,
    })),
  };
  return { figures, reading };
}

function connection(rows: Row[]): Pick<Figures, 'icePath' | 'rtt' | 'encryption'> {
  const transport = rows.find(({ type }) => type === 'transport');
  const pair = rows.find(({ id }) => id === transport?.selectedCandidatePairId);
  const local = rows.find(({ id }) => id === pair?.localCandidateId);
  const protocol = local?.relayProtocol ?? local?.protocol;
  const rtt = num(pair?.currentRoundTripTime);
  const version = tlsVersions[String(transport?.tlsVersion).toUpperCase()];
  const cipher = transport?.srtpCipher;
  return {
    ...(local ? { icePath: `${String(local.candidateType)} ${String(protocol)}` } : {}),
    ...(rtt === undefined ? {} : { rtt: rtt * 1000 }),
    ...(version && cipher
      ? { encryption: `${version} · ${String(cipher).replace(/^SRTP_/, '')}` }
      : {}),
  };
}

function lossOf(now: Reading, before: Reading | undefined): { loss?: number } {
  if (!before) return {};
  const lost = Math.max(0, now.lost - before.lost);
  const total = now.packets - before.packets + lost;
  return total > 0 ? { loss: (lost / total) * 100 } : {};
}

function byRid(a: Row, b: Row): number {
  return String(a.rid).localeCompare(String(b.rid));
}

function byWidth(a: Row, b: Row): number {
  return (num(a.frameWidth) ?? 0) - (num(b.frameWidth) ?? 0);
}

function num(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function sum(rows: Row[], field: string): number {
  return rows.reduce((total, row) => total + (num(row[field]) ?? 0), 0);
}
