/**
 * Run every analyzer over one text, within a time budget and an AbortSignal.
 * Invariants 7, 8, 9: comments in the text silence nothing; no secret's value leaves; text in, findings out, and it never throws.
 */
import type { Finding, Problem } from '#core/finding';

export interface Source {
  readonly text: string;
  /** For messages and language only; nothing is read from disk. Repository-relative where known. */
  readonly path: string;
  /** A VS Code language id. */
  readonly language: string;
}

export interface AnalyzeOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds for this text; past it the rest is a Problem. Default 5000. */
  readonly budget?: number;
  /** Monotonic milliseconds, given from outside: analysis has no clock of its own. */
  readonly now?: () => number;
}

export interface Analysis {
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
}

/** Never throws and never rejects, but for an aborted signal, which rejects with the signal's reason. */
export async function analyze(_source: Source, _options: AnalyzeOptions = {}): Promise<Analysis> {
  throw new Error('not built yet');
}
