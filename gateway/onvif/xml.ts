/**
 * XML of a camera as a small tree, whoever wrote it: no document types and no entities of their own, and bounds on all that
 * can grow. Names are without their prefixes, since cameras get those wrong.
 */
import { SaxesParser } from 'saxes';
import { OnvifTrouble } from './trouble.ts';

export interface XmlElement {
  /** Without its prefix. */
  readonly name: string;
  /** By name without prefix. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** What stands in it directly, trimmed. */
  readonly text: string;
}

/** Bytes are bounded where they come in. */
export const bounds = { depth: 40, elements: 20_000, attributes: 64 } as const;

interface Open {
  readonly name: string;
  readonly attributes: Map<string, string>;
  readonly children: XmlElement[];
  text: string;
}

/** @throws OnvifTrouble `not-onvif` */
export function parseXml(text: string): XmlElement {
  const parser = new SaxesParser({ position: false });
  const open: Open[] = [];
  let attributes = new Map<string, string>();
  let elements = 0;
  let root: XmlElement | undefined;
  parser.on('doctype', () => refuse('a document type'));
  parser.on('opentagstart', () => (attributes = new Map()));
  parser.on('attribute', ({ name, value }) => {
    if (name === 'xmlns' || name.startsWith('xmlns:')) return;
    attributes.set(localName(name), value);
    if (attributes.size > bounds.attributes) refuse('too many attributes');
  });
  parser.on('opentag', ({ name }) => {
    elements += 1;
    if (elements > bounds.elements) refuse('too many elements');
    if (open.length >= bounds.depth) refuse('elements too deep');
    open.push({ name: localName(name), attributes, children: [], text: '' });
  });
  const said = (more: string): void => {
    const current = open.at(-1);
    if (current) current.text += more;
  };
  parser.on('text', said);
  parser.on('cdata', said);
  parser.on('closetag', () => {
    const closed = open.pop();
    if (!closed) return;
    closed.text = closed.text.trim();
    const parent = open.at(-1);
    if (parent) parent.children.push(closed);
    else root ??= closed;
  });
  parser.on('error', () => refuse('no well-formed XML'));
  parser.write(text).close();
  return root ?? refuse('no XML');
}

/** The element at the end of a way through the tree, each the first of its name. */
export function find(element: XmlElement | undefined, ...names: string[]): XmlElement | undefined {
  return names.reduce<XmlElement | undefined>(
    (at, name) => at?.children.find((child) => child.name === name),
    element,
  );
}

export function all(element: XmlElement | undefined, name: string): XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

/** What stands at the end of a way; undefined where there is nothing. */
export function textAt(element: XmlElement | undefined, ...names: string[]): string | undefined {
  const text = find(element, ...names)?.text;
  return text === '' ? undefined : text;
}

export function numberAt(element: XmlElement | undefined, ...names: string[]): number | undefined {
  return numberOf(textAt(element, ...names));
}

export function numberOf(text: string | undefined): number | undefined {
  const number = text === undefined ? NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
}

const escapes: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' },
};

/** For text and attributes. Characters that XML has none of are left out. */
export function escapeXml(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll(/[&<>"']/g, (character) => escapes[character] ?? '');
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function refuse(what: string): never {
  throw new OnvifTrouble('not-onvif', `it answers with ${what}`);
}
