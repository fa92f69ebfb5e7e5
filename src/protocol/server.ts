/** Every custom message between editor and worker: sender, receiver, occasion. Types and method names only. */
import type { Digest } from '#core/digest';
import type { Finding, Problem } from '#core/finding';
import type { PolicyModel } from '#core/policy';

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

/** Worker -> editor, before a text is analysed: a file that it imports, by paths relative to its workspace folder, likeliest first. */
export interface ImportedParams {
  /** The text that imports. */
  readonly uri: string;
  readonly candidates: readonly string[];
}

/** The first of them that can be read; `null`: none, or none inside the folder. */
export type ImportedResult = { readonly path: string; readonly text: string } | null;

export const IMPORTED = 'vetmark/imported';

/** Worker -> editor, before a text is analysed: where it lies, and what its repository's policy adds to the models. */
export interface SurroundingsParams {
  readonly uri: string;
}

export interface SurroundingsResult {
  /** Relative to its workspace folder, forward slashes. Absent: it lies in none, and nothing is read for it. */
  readonly path?: string;
  readonly models: readonly PolicyModel[];
}

/** Worker -> editor, before a text is analysed that imports something else than before: what its project declares. */
export interface PackagesParams {
  readonly uri: string;
}

/** `Packages` of core, its set as a list; `null`: nobody can say, and imports are not judged. */
export type PackagesResult = { readonly names: readonly string[]; readonly declared: readonly string[]; readonly aliases: readonly string[] } | null;

export const PACKAGES = 'vetmark/packages';

export const SURROUNDINGS = 'vetmark/surroundings';
