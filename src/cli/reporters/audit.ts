/** The audit log for people and for spreadsheets. */
import type { AuditEntry } from '#core/audit';
import { describe, type ReadEvent } from '#core/audit-event';
import { printable } from '../terminal.ts';

/** One line for a terminal. */
export function auditLine({ seq, at, event }: AuditEntry): string {
  return `${String(seq).padStart(6)}  ${at}  ${printable(describe(event))}\n`;
}

/** What of the log is asked for; what is absent does not matter. */
export interface AuditFilter {
  readonly kind?: string | undefined;
  /** A part of the name of an agent or a reviewer, in any case. */
  readonly who?: string | undefined;
  /** A part of a path. */
  readonly path?: string | undefined;
  /** ISO 8601, or the beginning of it: `2026-11-24`. */
  readonly since?: string | undefined;
}

export function isAsked({ at, event }: AuditEntry, { kind, who, path, since }: AuditFilter): boolean {
  const told = columns(event);
  return (kind === undefined || event.kind === kind) && (who === undefined || told.who.toLowerCase().includes(who.toLowerCase())) && (path === undefined || told.paths.some((each) => each.includes(path))) && (since === undefined || at >= since);
}

export const CSV_HEAD = 'seq,at,kind,who,what,paths,outcome,previous,digest\r\n';

/** One row of comma-separated values (RFC 4180). What a spreadsheet would run as a formula is written with an apostrophe before it. */
export function auditRow({ seq, at, event, previous, digest }: AuditEntry): string {
  const { who, paths, outcome } = columns(event);
  return `${[String(seq), at, event.kind === 'strange' ? event.named : event.kind, who, describe(event), paths.join('\n'), outcome, previous, digest].map(cell).join(',')}\r\n`;
}

function columns(event: ReadEvent): { readonly who: string; readonly paths: readonly string[]; readonly outcome: string } {
  switch (event.kind) {
    case 'agent-tool':
      return { who: event.agent, paths: event.paths, outcome: event.decision ?? '' };
    case 'origin':
      return { who: event.agent ?? event.origin, paths: [event.file], outcome: '' };
    case 'vetted':
    case 'withdrawn':
    case 'waived':
      return { who: event.reviewer, paths: [event.file], outcome: event.kind };
    case 'claimed':
      return { who: event.reviewer, paths: [event.file], outcome: event.claim };
    case 'sent-back':
      return { who: '', paths: [event.file], outcome: event.kind };
    case 'gate':
      return { who: '', paths: [], outcome: event.outcome };
    case 'reviewer':
      return { who: event.reviewer, paths: [], outcome: event.action };
    case 'configuration':
      return { who: '', paths: [event.file], outcome: event.before === undefined ? 'made' : event.after === undefined ? 'removed' : 'changed' };
    case 'gap':
    case 'rotated':
    case 'strange':
      return { who: '', paths: [], outcome: '' };
  }
}

function cell(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
