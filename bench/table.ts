/** What a bench hands back, and a small printer of tables. */

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

export interface Result {
  readonly tables: readonly Table[];
  /** Every figure by name, units in the name: `vetmarkLinesPerSecond`. */
  readonly figures: Readonly<Record<string, number | string>>;
}

export type Bench = () => Promise<Result>;

/** Numbers to the right, words to the left. */
export function printTable({ title, columns, rows }: Table): string {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? figure(cell) : cell)));
  const widths = columns.map((column, index) => Math.max(column.length, ...cells.map((row) => row[index]!.length)));
  const line = (row: readonly string[], source?: readonly (string | number)[]): string => row.map((cell, index) => (typeof source?.[index] === 'number' ? cell.padStart(widths[index]!) : cell.padEnd(widths[index]!))).join('  ').trimEnd();
  return [`\n${title}`, line(columns), widths.map((width) => '-'.repeat(width)).join('  '), ...cells.map((row, index) => line(row, rows[index]!)), ''].join('\n');
}

function figure(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en-GB');
  return value >= 100 ? Math.round(value).toLocaleString('en-GB') : value.toFixed(value >= 10 ? 1 : 2);
}

/** The middle of a list of figures; of an even number, the lower middle. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)]!;
}
