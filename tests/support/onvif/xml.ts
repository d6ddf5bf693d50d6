/** What clients ask, as XML. */
import { SaxesParser } from 'saxes';

export interface XmlElement {
  /** Without its prefix: cameras choose prefixes as they like. */
  readonly name: string;
  /** By name without prefix. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its own characters, without those of its children, trimmed. */
  readonly text: string;
}

interface Growing extends XmlElement {
  readonly children: Growing[];
  text: string;
}

export class XmlFault extends Error {}

/** @throws XmlFault */
export function parseXml(text: string): XmlElement {
  const parser = new SaxesParser();
  const open: Growing[] = [];
  let root: Growing | undefined;
  parser.on('error', (error) => {
    throw new XmlFault(`no XML: ${error.message.slice(0, 100)}`);
  });
  parser.on('opentag', ({ name, attributes }) => {
    const own = Object.entries(attributes).map(([key, value]) => [local(key), value] as const);
    const element = { name: local(name), attributes: new Map(own), children: [], text: '' };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  const characters = (more: string): void => {
    const element = open.at(-1);
    if (element) element.text += more;
  };
  parser.on('text', characters);
  parser.on('cdata', characters);
  parser.on('closetag', () => {
    const element = open.pop();
    if (element) element.text = element.text.trim();
  });
  parser.write(text).close();
  if (!root) throw new XmlFault('nothing');
  return root;
}

/** The first element at the end of a path of names. */
export function at(from: XmlElement | undefined, ...path: string[]): XmlElement | undefined {
  let element = from;
  for (const name of path) element = element?.children.find((child) => child.name === name);
  return element;
}

/** The characters there; undefined where there is no such element. */
export function textAt(from: XmlElement | undefined, ...path: string[]): string | undefined {
  return at(from, ...path)?.text;
}

/** A number there; undefined where there is none. */
export function numberAt(from: XmlElement | undefined, ...path: string[]): number | undefined {
  const text = textAt(from, ...path);
  const number = text === undefined || text === '' ? NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
}

/** All children of a name. */
export function all(from: XmlElement | undefined, name: string): readonly XmlElement[] {
  return from?.children.filter((child) => child.name === name) ?? [];
}

/** All elements of a name, however deep. */
export function everywhere(from: XmlElement, name: string): XmlElement[] {
  return from.children.flatMap((child) => [
    ...(child.name === name ? [child] : []),
    ...everywhere(child, name),
  ]);
}

/** A text as it stands in XML. */
export function escapeXml(text: string): string {
  const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

  return text
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '')
    .replaceAll(/[&<>"]/g, (one) => escapes[one] ?? one);
}

function local(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
