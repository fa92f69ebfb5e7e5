/**
 * What a check or the gate has to say, place by place: the one list behind the formats of build servers (annotations, code quality, JUnit).
 * Invariant 8: messages only, no code is quoted.
 */
import { digestOfParts } from '#core/digest';
import { atLeast, type Finding } from '#core/finding';
import type { Reason } from '#core/gate';
import { lineStarts, linesOf, positionAt, type Range } from '#core/text';
import type { FileReport, Judged, Report } from '../report.ts';
import { messageOf, placeOf } from './reason.ts';

export interface Notice {
  /** Absent: the whole change. */
  readonly path?: string;
  /** One-based, inclusive; absent: the whole file. */
  readonly lines?: { readonly from: number; readonly to: number; /** One-based. */ readonly column: number };
  /** `blocks`: it is why the exit code is not 0. */
  readonly weight: 'blocks' | 'shown';
  /** A rule's id, `no-sql-injection`, or a reason's, `gate-unreviewed`. */
  readonly rule: string;
  readonly severity: Finding['severity'];
  readonly message: string;
  /** The same while what is wrong is the same; unlike every other's in the list. */
  readonly print: string;
}

/** Files that were judged, each with its notices; files without are among them where they are known. */
export interface Notices {
  readonly suite: 'vetmark check' | 'vetmark gate';
  readonly judged: readonly string[];
  readonly notices: readonly Notice[];
}

export function noticesOfReport(report: Report): Notices {
  const notices = report.files.flatMap((file) => [
    ...file.problems.map((problem): Unprinted => ({ path: file.path, ...(problem.range !== undefined && { lines: linesIn(file, problem.range) }), weight: 'blocks', rule: `could-not-judge-${problem.where}`, severity: 'high', message: problem.message })),
    ...file.findings.map((finding): Unprinted => ({ path: file.path, lines: linesIn(file, finding.range), weight: atLeast(finding.severity, report.threshold) ? 'blocks' : 'shown', rule: finding.rule, severity: finding.severity, message: `${finding.message}. ${finding.advice}`, print: finding.print })),
  ]);
  return { suite: 'vetmark check', judged: report.files.map(({ path }) => path), notices: printed(notices) };
}

export function noticesOfVerdict({ verdict, files }: Judged): Notices {
  const reasons = verdict.outcome === 'pass' ? [] : verdict.reasons;
  const notices = reasons.map((reason): Unprinted => {
    const path = placeOf(reason);
    const file = files.find((candidate) => candidate.path === path);
    const range = rangeOf(reason);
    return {
      ...(path !== undefined && { path }),
      ...(file !== undefined && range !== undefined && { lines: linesIn(file, range) }),
      weight: 'blocks',
      rule: 'finding' in reason ? reason.finding.rule : `gate-${reason.kind}`,
      severity: 'finding' in reason ? reason.finding.severity : 'high',
      message: messageOf(reason),
      ...('finding' in reason && { print: reason.finding.print }),
      ...('label' in reason && { of: reason.label }),
    };
  });
  return { suite: 'vetmark gate', judged: files.map(({ path }) => path), notices: printed(notices) };
}

/** A notice before it is told from its equals. `of`: what it speaks of, where the message says more than that. */
type Unprinted = Omit<Notice, 'print'> & { readonly print?: string; readonly of?: string };

function printed(notices: readonly Unprinted[]): readonly Notice[] {
  const seen = new Map<string, number>();
  return notices.map(({ of, ...notice }) => {
    const key = notice.print ?? digestOfParts([notice.rule, notice.path ?? '', of ?? notice.message]);
    const ordinal = seen.get(key) ?? 0;
    seen.set(key, ordinal + 1);
    return { ...notice, print: ordinal === 0 ? key : digestOfParts([key, String(ordinal)]) };
  });
}

function rangeOf(reason: Reason): Range | undefined {
  if ('range' in reason) return reason.range;
  return 'finding' in reason ? reason.finding.range : undefined;
}

function linesIn({ text }: Pick<FileReport, 'text'>, range: Range): NonNullable<Notice['lines']> {
  const starts = lineStarts(text);
  const { from, to } = linesOf(starts, range);
  return { from: from + 1, to: to + 1, column: positionAt(starts, range.start).character + 1 };
}
