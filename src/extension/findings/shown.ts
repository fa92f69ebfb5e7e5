/** Which findings concern a person here: those that touch code which nobody vouches for, by their place or any step towards it. */
import type { Finding } from '#core/finding';
import { touches, type Range } from '#core/text';

/** `open`: ranges of untrusted code that is not vetted. */
export function findingsIn(findings: readonly Finding[], open: readonly Range[]): readonly Finding[] {
  return findings.filter((finding) => [finding, ...(finding.trace ?? [])].some(({ range }) => open.some((part) => touches(part, range))));
}
