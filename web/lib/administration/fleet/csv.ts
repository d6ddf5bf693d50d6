/** Tables for spreadsheets (RFC 4180), in which no cell is a formula: names in them may be anybody's. */

/** @param rows the first one has the columns' names */
export function toCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `${cells.map(cellOf).join(',')}\r\n`).join('');
}

/** The same as a file: by the mark at its begin spreadsheets know that it is UTF-8. */
export function csvFile(rows: readonly (readonly string[])[]): Blob {
  return new Blob(['\uFEFF', toCsv(rows)], { type: 'text/csv' });
}

/** A spreadsheet takes what begins so for a formula, which might run a program or send the sheet away. */
const formula = /^\s*[=+\-@]|^[\t\r\n]/;

function cellOf(text: string): string {
  const plain = formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
