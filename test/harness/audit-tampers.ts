/** What an attacker with the user's shell does to the lines of an audit log: thirteen kinds, at three places each. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { nextEntry, readEntry, writeEntry, type AuditEvent } from '#core/audit';
import { digestOf } from '#core/digest';
import { dateOf } from './audit.ts';

const FORGED: AuditEvent = { kind: 'vetted', reviewer: 'mallory@example.com', file: '.vetmark/reviews/x.json', units: 9 };

/** Changes the lines of the whole log at one place. */
export type Tamper = (lines: readonly string[], at: number) => readonly string[];

export const KINDS: readonly (readonly [string, Tamper])[] = [
  ['a flipped bit', (lines, at) => lines.with(at, flip(lines[at]!))],
  ['an edited event', (lines, at) => lines.with(at, lines[at]!.replace(/"kind":"[^"]+"/, '"kind":"gap"'))],
  ['an edited event with a right digest', (lines, at) => lines.with(at, reforge(lines, at))],
  ['a removed entry', (lines, at) => lines.toSpliced(at, 1)],
  ['an entry twice', (lines, at) => lines.toSpliced(at, 0, lines[at]!)],
  ['two entries that changed places', (lines, at) => (at + 1 < lines.length ? lines.toSpliced(at, 2, lines[at + 1]!, lines[at]!) : lines.toSpliced(at - 1, 2, lines[at]!, lines[at - 1]!))],
  ['a forged entry put in', (lines, at) => lines.toSpliced(at, 0, reforge(lines, at))],
  ['an entry of another log', (lines, at) => lines.with(at, foreign(at))],
  ['an entry written in another layout', (lines, at) => lines.with(at, JSON.stringify(JSON.parse(lines[at]!), null, 1).replaceAll('\n', ''))],
  ['a hidden second value', (lines, at) => lines.with(at, lines[at]!.replace('"seq":', '"seq":0,"seq":'))],
  ['a blank line', (lines, at) => lines.toSpliced(at, 0, '')],
  ['everything from there on cut off', (lines, at) => lines.slice(0, at)],
  ['everything from there on written anew as one right chain', (lines, at) => rechain(lines, at)],
];
export const PLACES: readonly (readonly [string, (count: number) => number])[] = [
  ['at the beginning', () => 0],
  ['in the middle', (count) => count >> 1],
  ['at the end', (count) => count - 1],
];

/** Puts the changed lines back into the same files, as far as there are lines; files left without one are deleted. False when nothing was changed. */
export function tamperWith(files: readonly string[], change: Tamper, place: (count: number) => number): boolean {
  const pages = files.map((file) => readFileSync(file, 'utf8').trimEnd().split('\n'));
  const lines = pages.flat();
  const changed = change(lines, place(lines.length));
  let from = 0;
  files.forEach((file, index) => {
    const to = index === files.length - 1 ? changed.length : from + pages[index]!.length;
    const page = changed.slice(from, to);
    rmSync(file);
    if (page.length > 0) writeFileSync(file, `${page.join('\n')}\n`);
    from = to;
  });
  return changed.join('\n') !== lines.join('\n');
}

/** One bit of a letter in the middle of the event. */
function flip(line: string): string {
  const at = line.indexOf('"event"') + 30;
  return line.slice(0, at) + String.fromCharCode(line.charCodeAt(at) ^ 1) + line.slice(at + 1);
}

function reforge(lines: readonly string[], at: number): string {
  return writeEntry(nextEntry(at === 0 ? undefined : readEntry(lines[at - 1]!), FORGED, dateOf(at).toISOString()));
}

function foreign(at: number): string {
  const other = at === 0 ? undefined : { seq: at - 1, digest: digestOf('another log') };
  return writeEntry(nextEntry(other, { kind: 'gap', message: 'of another log' }, dateOf(at).toISOString()));
}

function rechain(lines: readonly string[], at: number): readonly string[] {
  let last = at === 0 ? undefined : readEntry(lines[at - 1]!);
  return lines.map((line, index) => {
    if (index < at) return line;
    const { event, at: time } = readEntry(line)!;
    last = nextEntry(last, index === at || event.kind === 'strange' ? FORGED : event, time);
    return writeEntry(last);
  });
}
