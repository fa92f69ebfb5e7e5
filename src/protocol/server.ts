/** Every custom message between editor and worker: sender, receiver, occasion. Types and method names only. */
import type { Digest } from '#core/digest';
import type { Finding, Problem } from '#core/finding';

/** Worker -> editor, after each finished analysis of the newest text; an aborted run sends nothing. Offsets are of that version. */
export interface FindingsParams {
  readonly uri: string;
  readonly version: number;
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  /** Of the rules that looked. */
  readonly ruleSet: Digest;
  /** Milliseconds the analysis took, for the bench and the log. */
  readonly took: number;
}

/** A name and not the protocol package's type object: the extension must not load that package before the worker is needed. */
export const FINDINGS = 'vetmark/findings';
