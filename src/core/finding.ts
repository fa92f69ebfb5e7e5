/**
 * What analysis says about a text: findings with their fixes, and problems where it could not judge.
 * Invariant 8: a `Masked` text holds no secret's value; only analysis makes one.
 */
import type { Digest } from './digest.ts';
import type { Change, Position, Range } from './text.ts';

declare const masked: unique symbol;
/** Text that may be shown, logged and stored: secret values were replaced at the source. */
export type Masked = string & { readonly [masked]: true };

/** Stable across moves and reformatting: what kind of flaw, in what code, the how-manieth of its like in the file. */
export type Fingerprint = Digest;

/** From worst to least. `critical` and `high` block the gate by default. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** True when `a` is as bad as `b` or worse. */
export function atLeast(a: Severity, b: Severity): boolean {
  return SEVERITIES.indexOf(a) <= SEVERITIES.indexOf(b);
}

/** How sure analysis is, and why: a remote source reaches the sink; an unknown one does; only the pattern is there. */
export type Confidence = 'proven' | 'likely' | 'pattern';

/** One place on the way from source to sink. */
export interface Step {
  /** In the analysed text; of a step in another file the place before it, from where the way leads there. */
  readonly range: Range;
  readonly message: Masked;
  /** Where the step is, when that is another file. Absent: at `range`. */
  readonly elsewhere?: Place;
}

/** A place in another file than the analysed one, relative to the same root. */
export interface Place {
  readonly path: string;
  readonly start: Position;
  readonly end: Position;
}

export interface Fix {
  /** Imperative, as a menu entry: "Pass the values as parameters". */
  readonly title: string;
  /** `safe` keeps what well-meant input does; `suggestion` needs a look. */
  readonly kind: 'safe' | 'suggestion';
  readonly change: Change;
}

export interface Finding {
  /** A rule's id, `no-sql-injection`; its page is docs/rules/<id>.md. */
  readonly rule: string;
  /** What is reported, as small as it can be. */
  readonly range: Range;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** What is wrong here, with source and sink named. One line. */
  readonly message: Masked;
  /** Why it matters: what an attacker gains. One sentence. */
  readonly why: string;
  /** What to do next. One sentence. */
  readonly advice: string;
  /** CWE numbers, most specific first. */
  readonly cwe: readonly number[];
  /** OWASP Top 10 categories: "A03:2021 Injection". */
  readonly owasp: readonly string[];
  /** Source first, sink last. Absent: the pattern itself is the flaw. */
  readonly trace?: readonly Step[];
  readonly print: Fingerprint;
  readonly fixes: readonly Fix[];
}

/** Analysis could not judge something: never "nothing found". The gate treats it as could-not-judge. */
export interface Problem {
  /** Absent: the whole text. */
  readonly range?: Range;
  /** Which rule or stage failed: `parse`, `budget`, a rule's id. */
  readonly where: string;
  readonly message: Masked;
}
