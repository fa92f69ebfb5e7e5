/** Every rule there is, for tables and pages: those that follow values, and the search for secrets. */
import type { Rule } from './rule.ts';
import { RULES } from './rules/index.ts';

export type RuleFacts = Pick<Rule, 'id' | 'summary' | 'cwe' | 'owasp'>;

export const SECRETS: RuleFacts = {
  id: 'no-hardcoded-secret',
  summary: 'Do not write keys, tokens or passwords into code.',
  cwe: [798, 259, 321],
  owasp: ['A07:2021 Identification and Authentication Failures', 'A07:2025 Authentication Failures'],
};

/** In order of id. */
export const CATALOGUE: readonly RuleFacts[] = [...RULES, SECRETS].sort((a, b) => (a.id < b.id ? -1 : 1));
