/** Words of pages that belong to no catalogue. */
export const ofNoLanguage = [
  /\bcamera of (CBD-)?\*|CBD-[A-Z]+-\d+|\b(CBD|GATE|LOBBY|TRAFFIC)\b|\bada\b|\bnode\b|\bclip\b/,
  /\bEnglish\b|\bDeutsch\b/,
  // Times and figures of the language's locale, which is English here.
  /\d\d? (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)( \d{4},? [\d:]+)?|\bUTC\b|\bGMT\b/,
  /\d+(\.\d+)? (k|M)bit\/s|\d+ (seconds?|minutes?|hours?) ago|VP8|DTLS 1\.\d|udp|tcp|(AEAD_)?AES\S*|host udp/,
  // What the operator of a site writes for its signs, as it is at first.
  /Safety of the public space and control of traffic|Live pictures only; .* is kept[^[]*/,
  /CSV|JSON Lines|Authorization: Bearer …|127\.0\.0\.1|Europe\/\w+/,
];
