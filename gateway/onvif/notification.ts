/**
 * What a camera's notifications say (ONVIF Core §9, WS-BaseNotification): of hundreds of topics the few kinds that rules can
 * be made of, with what they begin and end by.
 */
import type { CameraEventKind } from '../../server/contract/camera-event.ts';
import type { Sign } from '../camera/noticed.ts';
import { all, type XmlElement } from './xml.ts';

/** Of one answer; what is more is not looked at. */
const mostMessages = 100;
const longestSource = 128;

/** ONVIF Imaging §6, Analytics §5 and DeviceIO §5, and what makers of cameras say in their place. */
const kinds: [RegExp, CameraEventKind][] = [
  [/(^|\/)DigitalInput$/i, 'input'],
  [/(^|\/)(GlobalSceneChange|SignalLoss)(\/|$)|tamper/i, 'tamper'],
  [/(^|\/)(MotionAlarm|Motion|IsMotion)$|MotionDetect/i, 'motion'],
];

/** The signs of an answer, in the order in which the camera tells them; what cannot be read is passed over. */
export function signsOf(answer: XmlElement): Sign[] {
  const messages = descendants(answer, 'NotificationMessage').slice(0, mostMessages);
  return messages.flatMap((message) => signOf(message) ?? []);
}

function signOf(message: XmlElement): Sign | undefined {
  const [topic] = descendants(message, 'Topic');
  const kind = topic && kindOf(topic.text);
  const [body] = descendants(message, 'Message').filter(({ children }) =>
    children.some(({ name }) => name === 'Data' || name === 'Source'),
  );
  if (!kind || !body) return undefined;
  const items = (part: string) => all(body, part).flatMap((one) => all(one, 'SimpleItem'));
  const states = items('Data').flatMap(
    ({ attributes }) => booleanOf(attributes.get('Value')) ?? [],
  );
  const isDeleted = body.attributes.get('PropertyOperation') === 'Deleted';
  const [state] = isDeleted ? [false] : states;
  if (state === undefined) return undefined;
  const source = items('Source').map(({ attributes }) => attributes.get('Value') ?? '');
  return { kind, source: source.join(' ').slice(0, longestSource), isActive: state };
}

/** All of a name, wherever they stand: some cameras put them deeper than others. */
function descendants(element: XmlElement, name: string): XmlElement[] {
  return element.children.flatMap((child) => [
    ...(child.name === name ? [child] : []),
    ...descendants(child, name),
  ]);
}

/** @param topic such as `tns1:RuleEngine/CellMotionDetector/Motion` */
function kindOf(topic: string): CameraEventKind | undefined {
  const path = topic
    .trim()
    .split('/')
    .map((part) => part.slice(part.indexOf(':') + 1))
    .join('/');
  return kinds.find(([pattern]) => pattern.test(path))?.[1];
}

/** XML Schema's `boolean`, and what inputs say in its place. */
function booleanOf(text: string | undefined): boolean | undefined {
  const word = text?.trim().toLowerCase() ?? '';
  if (['true', '1', 'active', 'on'].includes(word)) return true;
  if (['false', '0', 'inactive', 'off'].includes(word)) return false;
  return undefined;
}
