/** Answers probes of WS-Discovery for a device, on one interface. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { at, escapeXml, parseXml, textAt } from './xml.ts';

export interface Discoverable {
  /** Of its device service, as it names it. */
  readonly url: string;
  readonly name: string;
  readonly model?: string;
  /** In place of the usual answer. */
  bend?(usual: string): string | undefined;
}

const group = '239.255.255.250';
const port = 3702;

/** @returns ends it */
export async function answerProbes(device: Discoverable, own = '127.0.0.1'): Promise<() => void> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.bind(port);
  await once(socket, 'listening');
  socket.addMembership(group, own);
  socket.on('message', (datagram, sender) => {
    const probe = parseXml(datagram.toString());
    const id = textAt(at(probe, 'Header'), 'MessageID');
    if (!at(probe, 'Body', 'Probe') || id === undefined) return;
    const usual = answer(device, id);
    const said = device.bend ? device.bend(usual) : usual;
    if (said === undefined) return;
    // From its own address, as it was asked there by multicast.
    const back = createSocket('udp4');
    back.bind(0, own, () => back.send(said, sender.port, sender.address, () => back.close()));
  });
  return () => socket.close();
}

function answer({ url, name, model = 'Small 1' }: Discoverable, id: string): string {
  const scopes = [
    'onvif://www.onvif.org/type/video_encoder',
    `onvif://www.onvif.org/name/${encodeURIComponent(name)}`,
    `onvif://www.onvif.org/hardware/${encodeURIComponent(model)}`,
  ];
  return (
    '<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" ' +
    'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" ' +
    `xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><s:Header><a:RelatesTo>${escapeXml(id)}</a:RelatesTo></s:Header>` +
    '<s:Body><d:ProbeMatches><d:ProbeMatch><d:Types>dn:NetworkVideoTransmitter</d:Types>' +
    `<d:Scopes>${escapeXml(scopes.join(' '))}</d:Scopes><d:XAddrs>${escapeXml(url)}</d:XAddrs>` +
    '<d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>'
  );
}
