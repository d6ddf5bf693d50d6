/** All that whoever sets up a camera wants to know of it, asked once. */
import type { CameraFacts, CameraProfile } from '../../server/contract/onvif.ts';
import type { OnvifDevice } from './device.ts';
import { profilesOf, streamOf, type EncoderFacts, type VideoProfile } from './media.ts';
import { namespaces } from './services.ts';
import { onvifTroubleOf } from './trouble.ts';
import { textAt } from './xml.ts';

/** Profiles whose streams are asked for; cameras have two to four. */
const mostStreams = 16;
/** All of it, ms; the server waits longer. */
const longest = 12_000;

export async function factsOf(device: OnvifDevice): Promise<CameraFacts> {
  const over = performance.now() + longest;
  try {
    const profiles: CameraProfile[] = [];
    for (const profile of await profilesOf(device)) {
      const isAsked = profiles.length < mostStreams && performance.now() < over;
      profiles.push(described(profile, isAsked ? await streamIn(device, profile) : undefined));
    }
    return { profiles, ...(await maker(device)), ...seen(device) };
  } catch (error) {
    const { code, message, fingerprint } = onvifTroubleOf(error);
    const trouble = { code, detail: message, ...(fingerprint !== undefined && { fingerprint }) };
    return { profiles: [], ...seen(device), trouble };
  }
}

function seen({ clockOffset, otherAddress }: OnvifDevice): Partial<CameraFacts> {
  return {
    ...(clockOffset !== undefined && { clockOffset }),
    ...(otherAddress !== undefined && { other: otherAddress }),
  };
}

/** One profile without a stream is no reason not to show the others; a camera that is gone is. */
async function streamIn(device: OnvifDevice, profile: VideoProfile): Promise<string | undefined> {
  try {
    return await streamOf(device, profile);
  } catch (error) {
    const { code } = onvifTroubleOf(error);
    if (code === 'unreachable' || code === 'wrong-password') throw error;
    return undefined;
  }
}

async function maker(device: OnvifDevice): Promise<Pick<CameraFacts, 'maker' | 'model'>> {
  try {
    const said = await device.call(
      'device',
      `<GetDeviceInformation xmlns="${namespaces.device}"/>`,
    );
    const [maker, model] = ['Manufacturer', 'Model'].map((name) =>
      textAt(said, name)?.slice(0, 64),
    );
    return { ...(maker !== undefined && { maker }), ...(model !== undefined && { model }) };
  } catch {
    return {}; // It is there to be shown alone.
  }
}

function described(
  { token, name, encoder, hasPtz }: VideoProfile,
  stream: string | undefined,
): CameraProfile {
  const facts: { token?: string } & Partial<Omit<EncoderFacts, 'token'>> = { ...encoder };
  delete facts.token;
  return {
    ...{ token: token.slice(0, 128), name, hasPtz },
    ...(encoder && { encoder: facts as CameraProfile['encoder'] }),
    ...(stream !== undefined && { stream }),
  };
}
