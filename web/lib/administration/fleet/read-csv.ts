/** Tables as spreadsheets write them: RFC 4180 with commas, semicolons or tabs, with a mark at their begin or without. */

/** Bytes of a file, and lines with something in them. */
export const csvLimits = { bytes: 262_144, rows: 300 };

export interface CsvRow {
  /** As an editor numbers its lines, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** Why a file is no table. */
export type CsvFault = 'open-quote' | 'no-text';

/**
 * @param text of the whole file; lines with nothing in them are left out
 * @returns its rows, the columns' names first
 */
export function readCsv(text: string): CsvRow[] | CsvFault {
  // What is not UTF-8 has this in place of its letters.
  if (text.includes('\uFFFD') || text.includes('\0')) return 'no-text';
  const source = text.replace(/^\uFEFF/, '');
  const separator = separatorOf(source);
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let [cell, quoted, line, begin] = ['', false, 1, 1];
  const endRow = (): void => {
    cells.push(cell);
    if (cells.some((one) => one.trim() !== '')) rows.push({ line: begin, cells: cells.map(plain) });
    cells = [];
    cell = '';
  };
  for (let at = 0; at < source.length; at += 1) {
    const letter = source.charAt(at);
    if (letter === '\n') line += 1;
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (source.charAt(at + 1) === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (letter === '"' && cell.trim() === '') {
      quoted = true;
      cell = '';
    } else if (letter === separator) {
      cells.push(cell);
      cell = '';
    } else if (letter === '\n') {
      endRow();
      begin = line;
    } else if (letter !== '\r') cell += letter;
  }
  if (quoted) return 'open-quote';
  endRow();
  return rows;
}

/** The one that stands most often between the columns' names; Excel writes what the system's language says. */
function separatorOf(source: string): string {
  const head = /^[^\r\n]*/.exec(source)?.[0] ?? '';
  const count = (separator: string): number => head.split(separator).length;
  return [',', ';', '\t'].reduce((best, one) => (count(one) > count(best) ? one : best));
}

/** Without the sign by which `toCsv` keeps a cell from being a formula. */
function plain(cell: string): string {
  return cell.trim().replace(/^'(?=\s*[=+\-@])/, '');
}
