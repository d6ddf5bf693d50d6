/** A device's profiles, by media 1 and by media 2. */
import { at, escapeXml, numberAt, textAt, type XmlElement } from './xml.ts';
import type { DeviceService } from './device.ts';
import { Fault } from './fault.ts';

export interface DeviceProfile {
  readonly token: string;
  readonly name: string;
  /** Of its stream, as the device names it. */
  readonly url: string;
  readonly width: number;
  readonly height: number;
  /** `H264`, `H265`, `JPEG`. */
  readonly codec?: string;
  readonly frameRate?: number;
  /** Pictures from one key picture to the next; may be changed by a client. */
  keyEvery: number;
  /** Of H264; may be changed by a client. */
  h264Profile?: string;
  /** It can be steered, by this node. */
  readonly ptz?: string;
}

export interface MediaSettings {
  readonly profiles: readonly DeviceProfile[];
  /** A key picture is asked for. */
  readonly synchronise?: (profile: string) => void;
  /** Nothing can be set. */
  readonly isFixed?: boolean;
}

export function mediaService(version: 1 | 2, settings: MediaSettings): DeviceService {
  const { profiles, synchronise, isFixed = false } = settings;
  const asked = (request: XmlElement): DeviceProfile => {
    const token = textAt(request, 'ProfileToken');
    const profile = profiles.find((one) => one.token === token);
    if (!profile) throw new Fault('Sender', 'NoProfile', `no profile ${token}`);
    return profile;
  };
  const write = version === 1 ? profileOfMedia1 : profileOfMedia2;
  return {
    path: version === 1 ? '/onvif/media' : '/onvif/media2',
    namespace: `http://www.onvif.org/ver${version}0/media/wsdl`,
    operations: {
      GetProfiles: () => profiles.map(write).join(''),
      GetStreamUri: (request) => {
        const uri = escapeXml(asked(request).url);
        if (version === 2) return `<r:Uri>${uri}</r:Uri>`;
        return `<r:MediaUri><tt:Uri>${uri}</tt:Uri><tt:Timeout>PT0S</tt:Timeout></r:MediaUri>`;
      },
      GetVideoEncoderConfigurations: () =>
        profiles.map((profile) => encoder(version, profile, 'r:Configurations')).join(''),
      SetVideoEncoderConfiguration: (request) => {
        if (isFixed) throw new Fault('Sender', 'ConfigModify', 'it cannot be set');
        const found = at(request, 'Configuration');
        const token = found?.attributes.get('token');
        const profile = profiles.find((one) => `encoder-${one.token}` === token);
        const every = Number(
          found?.attributes.get('GovLength') ?? numberAt(found, 'H264', 'GovLength') ?? NaN,
        );
        if (!profile || !(every > 0)) throw new Fault('Sender', 'NoConfig', `no encoder ${token}`);
        // All of it has to be said, or the rest is lost.
        if (numberAt(found, 'Resolution', 'Width') !== profile.width) {
          throw new Fault('Sender', 'ConfigModify', 'the size is missing');
        }
        profile.keyEvery = every;
        profile.h264Profile =
          found?.attributes.get('Profile') ?? textAt(found, 'H264', 'H264Profile') ?? 'none';
        return '';
      },
      SetSynchronizationPoint: (request) => {
        if (!synchronise) throw new Fault('Receiver', 'ActionNotSupported', 'not here');
        synchronise(asked(request).token);
        return '';
      },
    },
  };
}

function profileOfMedia1(profile: DeviceProfile): string {
  const { token, name, ptz } = profile;
  return (
    `<r:Profiles token="${token}" fixed="true"><tt:Name>${escapeXml(name)}</tt:Name>` +
    encoder(1, profile, 'tt:VideoEncoderConfiguration') +
    (ptz === undefined
      ? ''
      : `<tt:PTZConfiguration token="ptz"><tt:Name>ptz</tt:Name><tt:NodeToken>${ptz}</tt:NodeToken></tt:PTZConfiguration>`) +
    '</r:Profiles>'
  );
}

function profileOfMedia2(profile: DeviceProfile): string {
  const { token, name, ptz } = profile;
  return (
    `<r:Profiles token="${token}" fixed="true"><r:Name>${escapeXml(name)}</r:Name><r:Configurations>` +
    encoder(2, profile, 'r:VideoEncoder') +
    (ptz === undefined
      ? ''
      : `<r:PTZ token="ptz"><tt:Name>ptz</tt:Name><tt:NodeToken>${ptz}</tt:NodeToken></r:PTZ>`) +
    '</r:Configurations></r:Profiles>'
  );
}

function encoder(version: 1 | 2, profile: DeviceProfile, element: string): string {
  const { token, name, width, height, codec = 'H264', frameRate = 25, keyEvery } = profile;
  const { h264Profile = 'Main' } = profile;
  const isH264 = version === 1 && codec === 'H264';
  const own = version === 2 ? ` GovLength="${keyEvery}" Profile="${h264Profile}"` : '';
  return (
    `<${element} token="encoder-${token}"${own}><tt:Name>${escapeXml(name)}</tt:Name><tt:UseCount>1</tt:UseCount>` +
    `<tt:Encoding>${codec}</tt:Encoding>` +
    `<tt:Resolution><tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height></tt:Resolution><tt:Quality>4</tt:Quality>` +
    `<tt:RateControl><tt:FrameRateLimit>${frameRate}</tt:FrameRateLimit><tt:EncodingInterval>1</tt:EncodingInterval>` +
    '<tt:BitrateLimit>4096</tt:BitrateLimit></tt:RateControl>' +
    (isH264
      ? `<tt:H264><tt:GovLength>${keyEvery}</tt:GovLength><tt:H264Profile>${h264Profile}</tt:H264Profile></tt:H264>`
      : '') +
    `</${element}>`
  );
}
