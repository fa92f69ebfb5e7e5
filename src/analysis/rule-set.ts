/** One digest for the rules that look for findings: signed records and verdicts say by it which rules were asked. */
import { digestOfParts, type Digest } from '#core/digest';
import { CATALOGUE } from './catalogue.ts';

/** Changes with every version of the tool, and with every rule that is there or not. */
export function ruleSetDigest(version: string): Digest {
  return digestOfParts(['vetmark rules 1', version, ...CATALOGUE.flatMap(({ id, summary, cwe }) => [id, summary, cwe.join(' ')])]);
}
