/** SOAP 1.2 as ONVIF has it: an envelope around what is asked, signed by WS-Security, and what is answered or refused. */
import { createHash, randomBytes } from 'node:crypto';
import type { Login } from '../rtsp/authentication.ts';
import { OnvifTrouble } from './trouble.ts';
import { all, escapeXml, find, parseXml, textAt, type XmlElement } from './xml.ts';

const soap = 'http://www.w3.org/2003/05/soap-envelope';
const oasis = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss';

/** @param header further headers, XML */
export function envelope(body: string, header = ''): string {
  return (
    `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="${soap}">` +
    `<s:Header>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`
  );
}

/**
 * WS-Security UsernameToken Profile 1.0 with a digest of the password.
 * @param time of the camera's clock, ms since the epoch
 */
export function usernameToken({ user, password }: Login, time: number): string {
  const nonce = randomBytes(16);
  const created = new Date(time).toISOString();
  const digest = createHash('sha1').update(nonce).update(created).update(password).digest('base64');
  const kinds = { password: `${oasis}-username-token-profile-1.0#PasswordDigest` };
  const encoding = `${oasis}-soap-message-security-1.0#Base64Binary`;
  return (
    `<Security s:mustUnderstand="1" xmlns="${oasis}-wssecurity-secext-1.0.xsd"><UsernameToken>` +
    `<Username>${escapeXml(user)}</Username><Password Type="${kinds.password}">${digest}</Password>` +
    `<Nonce EncodingType="${encoding}">${nonce.toString('base64')}</Nonce>` +
    `<Created xmlns="${oasis}-wssecurity-utility-1.0.xsd">${created}</Created></UsernameToken></Security>`
  );
}

/**
 * @returns the answer itself: the first element of the body
 * @throws OnvifTrouble for a fault, and for what is no SOAP
 */
export function readAnswer(text: string): XmlElement {
  const root = parseXml(text);
  const body = root.name === 'Envelope' ? find(root, 'Body') : undefined;
  if (!body) throw new OnvifTrouble('not-onvif', 'it answers with XML that is no SOAP');
  const fault = find(body, 'Fault');
  if (fault) throw troubleOfFault(fault);
  const [answer] = body.children;
  if (!answer) throw new OnvifTrouble('not-onvif', 'it answers with nothing');
  return answer;
}

const deepestCode = 8;

/** SOAP 1.2, and 1.1 as old cameras have it. */
function troubleOfFault(fault: XmlElement): OnvifTrouble {
  const codes = [textAt(fault, 'faultcode') ?? ''];
  let code = find(fault, 'Code');
  for (let depth = 0; code && depth < deepestCode; depth += 1) {
    codes.push(textAt(code, 'Value') ?? '');
    code = find(code, 'Subcode');
  }
  const reasons = all(find(fault, 'Reason'), 'Text').map(({ text }) => text);
  const reason = (reasons[0] ?? textAt(fault, 'faultstring') ?? '').slice(0, 200);
  const said = codes.join(' ');
  const detail = [reason, codes.at(-1)?.slice(0, 60)].filter(Boolean).join(', ');
  if (/NotAuthorized|FailedAuthentication|InvalidSecurity|FailedCheck/i.test(said)) {
    return new OnvifTrouble('wrong-password', detail);
  }
  if (/ActionNotSupported|NotImplemented|NotSupported/i.test(said)) {
    return new OnvifTrouble('not-supported', detail);
  }
  return new OnvifTrouble('refused', detail || 'it refuses, and does not say why');
}
