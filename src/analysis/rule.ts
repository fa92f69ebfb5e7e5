/**
 * The whole contract of a rule. A rule is a value: metadata first, then `check`, which looks at what flowed through one text and yields reports.
 * Adding one: a file in rules/, its page in docs/rules/, and, where new APIs matter, lines in models/.
 * Invariant 9: text in, findings out; no disk, net or clock. A rule that throws becomes a Problem.
 */
import type { Confidence, Severity } from '#core/finding';
import type { Packages } from '#core/packages';
import type { Change } from '#core/text';
import type { Flow } from './flow/events.ts';
import type { Node } from './flow/program.ts';
import type { Taint } from './flow/value.ts';
import type { Source } from './source.ts';

export interface Rule {
  /** `no-<thing>` or `use-<thing>`; the name of its file and of its page. */
  readonly id: string;
  /** One imperative sentence, as in the rule table. */
  readonly summary: string;
  /** What an attacker gains. One sentence. */
  readonly why: string;
  /** What to do next. One sentence. */
  readonly advice: string;
  /** CWE numbers, most specific first. */
  readonly cwe: readonly number[];
  /** OWASP Top 10 categories, 2021 then 2025. */
  readonly owasp: readonly string[];
  /** A text that holds none of these words (case counts) cannot have this flaw, and is not even parsed for it. Empty: there is no `check`. */
  readonly words: readonly string[];
  /** One of these must be there as well. Absent: nothing more is needed. */
  readonly needs?: readonly string[];
  /** A closer look than words at a text that has them: false, and the text need not be parsed for this rule. */
  readonly wants?: (text: string, packages: Packages | undefined) => boolean;
  /** Looks at a program. Absent: the rule looks at texts only. */
  readonly check?: (input: RuleInput) => Iterable<Report>;
  /** Looks at a text of any language, line by line; it is called for every text, so a quick look comes first. Absent: the rule looks at programs only. */
  readonly checkText?: (source: Source) => Iterable<Report>;
}

export interface RuleInput {
  readonly text: string;
  readonly flow: Flow;
  /** Expressions of a component's markup that become markup as they are, and what makes them so. */
  readonly raw: readonly (Node & { readonly by: string })[];
  /** What the text may import. Absent: nobody said, and nothing is judged by it. */
  readonly packages?: Packages;
}

/** One flaw, before masking and fingerprinting. */
export interface Report {
  readonly node: Node;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** One line; code in backticks. */
  readonly message: string;
  /** The way from the source; the last step is `node`, told by `sink`. */
  readonly taint?: Taint;
  readonly sink?: string;
  /** Where the way ends, when that is in another file than `node`. */
  readonly end?: Node;
  /** Where this flaw differs from what the rule says in general. */
  readonly why?: string;
  readonly advice?: string;
  readonly fixes?: readonly Repair[];
}

export interface Repair {
  readonly title: string;
  readonly kind: 'safe' | 'suggestion';
  readonly change: Change;
}

/** A fix that serves several rules: from a place to the repairs it can offer there; none when in doubt. */
export type Fixer<Place> = (place: Place, input: RuleInput) => readonly Repair[];

export function defineRule(rule: Rule): Rule {
  return rule;
}

export function defineFix<Place>(fixer: Fixer<Place>): Fixer<Place> {
  return fixer;
}
