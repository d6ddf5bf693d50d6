/** XML of cameras, whoever wrote it, and the addresses that they name. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ownAddress } from '../../gateway/onvif/own-address.ts';
import { OnvifTrouble } from '../../gateway/onvif/trouble.ts';
import { bounds, escapeXml, find, parseXml, textAt } from '../../gateway/onvif/xml.ts';

const refused = expect.objectContaining({ code: 'not-onvif' }) as unknown;

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

test('names are read without their prefixes, and text with its escapes', () => {
  const root = parseXml(
    '<?xml version="1.0"?><a:One xmlns:a="urn:a" b:key="1 &lt; 2"><a:Two> x &amp; <![CDATA[<y>]]> </a:Two></a:One>',
  );
  expect(textAt(root, 'Two')).toBe('x & <y>');
  expect(root.attributes.get('key')).toBe('1 < 2');
  expect(find(root, 'Two', 'Three')).toBeUndefined();
});

test.each([
  ['entities of its own', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
  [
    'entities that grow',
    `<!DOCTYPE a [<!ENTITY b "bb">${[...'cdefghij'].map((n) => `<!ENTITY ${n} "&b;&b;&b;">`).join('')}]><a>&j;</a>`,
  ],
  ['a file of this machine', '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'],
  ['an entity that nobody knows', '<a>&nbsp;</a>'],
  ['too deep', '<a>'.repeat(bounds.depth + 1) + '</a>'.repeat(bounds.depth + 1)],
  ['too deep, without an end', '<a>'.repeat(300_000)],
  ['too many', `<a>${'<b/>'.repeat(bounds.elements)}</a>`],
  ['too many attributes', `<a ${Array.from({ length: 70 }, (_, n) => `a${n}="1"`).join(' ')}/>`],
  ['no end', '<a><b></b>'],
  ['two roots', '<a/><a/>'],
  ['nothing', ''],
  ['HTML', '<html><body><br></body></html>'],
])('%s is refused at once', (_, text) => {
  const begin = performance.now();
  expect(thrownBy(() => parseXml(text))).toEqual(refused);
  expect(performance.now() - begin).toBeLessThan(2000);
});

test('whatever is said is XML or refused, and what is written is read as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      const error = thrownBy(() => parseXml(text));
      expect(error === undefined || error instanceof OnvifTrouble).toBe(true);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      const kept = text.replaceAll(/[^\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '');
      const root = parseXml(`<a b="${escapeXml(kept)}">${escapeXml(kept)}</a>`);
      expect(root.text).toBe(kept.trim());
    }),
  );
});

const own = new URL('http://192.168.20.31/onvif/device_service');
const web = ['http:', 'https:'] as const;
const streams = ['rtsp:', 'rtsps:'] as const;

test.each([
  ['http://192.168.20.31/onvif/media', 'http://192.168.20.31/onvif/media', undefined],
  ['http://192.168.20.31:8899/a?b=c', 'http://192.168.20.31:8899/a?b=c', undefined],
  // Behind another address: its own, by the port that is set.
  ['http://10.0.0.9:8080/onvif/media', 'http://192.168.20.31/onvif/media', '10.0.0.9'],
  [
    'http://169.254.169.254/latest/meta-data',
    'http://192.168.20.31/latest/meta-data',
    '169.254.169.254',
  ],
  ['http://user:secret@127.0.0.1/', 'http://192.168.20.31/', '127.0.0.1'],
  ['http://192.168.20.31@evil.example/', 'http://192.168.20.31/', 'evil.example'],
  ['http://[::1]:5000/x', 'http://192.168.20.31/x', '[::1]'],
  ['http://0300.0250.024.037/x', 'http://192.168.20.31/x', undefined],
])('%s is asked at %s', (said, url, other) => {
  expect(ownAddress(own, said, web)).toEqual({ url, ...(other !== undefined && { other }) });
});

test.each([
  ['rtsp://192.168.20.31/live', 'rtsp://192.168.20.31/live'],
  ['rtsp://192.168.20.31:554/live?a=1', 'rtsp://192.168.20.31/live?a=1'],
  ['rtsp://admin:secret@10.1.1.1:8554/live', 'rtsp://192.168.20.31:8554/live'],
])('a stream %s is pulled from %s', (said, url) => {
  expect(ownAddress(own, said, streams).url).toBe(url);
});

test.each([
  ['http://192.168.20.31:22/', web],
  ['http://192.168.20.31:25/', web],
  ['file:///etc/passwd', web],
  ['gopher://192.168.20.31:80/', web],
  ['http://192.168.20.31/', streams],
  ['rtsp://10.0.0.1:6/', streams],
  ['/onvif/media', web],
  ['', web],
  [`http://192.168.20.31/${'a'.repeat(2000)}`, web],
] as const)('%s is no address of this camera', (said, schemes) => {
  expect(thrownBy(() => ownAddress(own, said, schemes))).toEqual(refused);
});

test('what is set by TLS is not asked in plain text, whatever the camera says', () => {
  const secure = new URL('https://camera.example:8443/onvif/device_service');
  expect(ownAddress(secure, 'http://camera.example/media', web).url).toBe(
    'https://camera.example:8443/media',
  );
});

test('whatever a camera names, its own host is asked', () => {
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: true }), (said) => {
      try {
        expect(new URL(ownAddress(own, said, web).url).hostname).toBe('192.168.20.31');
      } catch (error) {
        expect(error).toBeInstanceOf(OnvifTrouble);
      }
    }),
  );
});
