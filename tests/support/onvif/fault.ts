/** What a device answers in place of what was asked for (SOAP 1.2 §5.4, ONVIF Core §5.8.2). */
import { escapeXml } from './xml.ts';

export class Fault extends Error {
  readonly code: 'Sender' | 'Receiver';
  /** As `NotAuthorized`; may be empty. */
  readonly subcode: string;

  constructor(code: 'Sender' | 'Receiver', subcode: string, reason: string) {
    super(reason);
    this.code = code;
    this.subcode = subcode;
  }
}

export function faultXml({ code, subcode, message }: Fault): string {
  const inner = subcode === '' ? '' : `<s:Subcode><s:Value>ter:${subcode}</s:Value></s:Subcode>`;
  return (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:ter="http://www.onvif.org/ver10/error">' +
    `<s:Body><s:Fault><s:Code><s:Value>s:${code}</s:Value>${inner}</s:Code>` +
    `<s:Reason><s:Text xml:lang="en">${escapeXml(message)}</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>`
  );
}
