/** Header extensions of RTP (RFC 8285), by the names that descriptions and parameters give them. */
export const rtpExtensions = {
  mid: 'urn:ietf:params:rtp-hdrext:sdes:mid',
  /** What the bit rate is told by. */
  sendTime: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  sequence: 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  /** Which layer of simulcast a stream is, and its retransmissions. */
  layer: 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  repairedLayer: 'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
} as const;
