/** STUN requests as ICE makes them (RFC 8489, RFC 8445 §7.2.2), and their frames over TCP (RFC 4571). */
import { createHmac, randomBytes } from 'node:crypto';

/** A connectivity check that nominates its pair. */
export function bindingRequest(local: { usernameFragment: string; password: string }): Buffer {
  const message = Buffer.concat([
    Buffer.from([0x00, 0x01, 0, 0, 0x21, 0x12, 0xa4, 0x42]),
    randomBytes(12),
    attribute(0x0006, Buffer.from(`${local.usernameFragment}:test`)),
    attribute(0x0024, Buffer.from([0x6e, 0x7f, 0x1e, 0xff])),
    attribute(0x802a, randomBytes(8)),
    attribute(0x0025, Buffer.alloc(0)),
  ]);
  message.writeUInt16BE(message.length - 20 + 24, 2);
  const digest = createHmac('sha1', local.password).update(message).digest();
  const signed = Buffer.concat([message, attribute(0x0008, digest)]);
  signed.writeUInt16BE(signed.length - 20 + 8, 2);
  const fingerprint = Buffer.alloc(4);
  fingerprint.writeUInt32BE((crc32(signed) ^ 0x5354554e) >>> 0);
  return Buffer.concat([signed, attribute(0x8028, fingerprint)]);
}

export function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

function attribute(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
