/** What was found in a set of files: the one value that every reporter prints. */
import type { Digest } from '#core/digest';
import { atLeast, type Finding, type Problem, type Severity } from '#core/finding';
import type { GateFile, Verdict } from '#core/gate';
import type { ExitCode } from './terminal.ts';

export interface FileReport {
  /** As shown: relative to the repository or to where the command ran, forward slashes. */
  readonly path: string;
  /** Absent when the file could not be read. */
  readonly text: string;
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
}

export interface Report {
  /** Files with something to say, in order of path. */
  readonly files: readonly FileReport[];
  /** How many files were judged. */
  readonly judged: number;
  /** Files that hold no text: binary, links. */
  readonly skipped: number;
  /** Findings this bad or worse fail the check; the others are shown. */
  readonly threshold: Severity;
}

/** What the gate said of a change, and what a person needs to understand it. */
export interface Judged {
  readonly base: string;
  readonly head: string;
  /** `2/4`: only this part of the change is spoken of. Absent: all of it is. */
  readonly shard?: string;
  readonly verdict: Verdict;
  readonly files: readonly GateFile[];
  /** Keys in the base commit's reviewers file. */
  readonly reviewers: number;
  readonly changed: number;
  /** Digest of the rules that judged. */
  readonly ruleSet: Digest;
}

/** Rules whose findings mark a secret: their text must never be printed. */
export const SECRET_RULE = 'no-hardcoded-secret';

/** 2 when something could not be judged (it may hide anything), 1 on findings at the threshold or above, 0 otherwise. */
export function exitCodeOf(report: Report): ExitCode {
  if (report.files.some((file) => file.problems.length > 0)) return 2;
  return report.files.some((file) => file.findings.some((finding) => atLeast(finding.severity, report.threshold))) ? 1 : 0;
}

/** Pages of rules, for links in reports. */
export function rulePage(rule: string): string {
  return `https://github.com/vetmark/vetmark/blob/main/docs/rules/${encodeURIComponent(rule)}.md`;
}
