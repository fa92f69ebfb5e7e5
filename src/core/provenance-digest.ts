/** One digest for what was recorded of who wrote a piece of code, so that a signed record binds the evidence that its signer was shown. */
import canonicalize from 'canonicalize';
import { digestOfParts, type Digest } from './digest.ts';
import { clip, type Spans } from './provenance.ts';
import type { Range } from './text.ts';

/** Over the spans inside a range, in offsets of the range: origin, evidence and time. `undefined`: nothing is recorded there. */
export function provenanceDigest(spans: Spans, range: Range): Digest | undefined {
  const inside = clip(spans, range).map(({ range: { start, end }, origin, evidence, at }) => ({ start: start - range.start, end: end - range.start, origin, evidence, at }));
  return inside.length === 0 ? undefined : digestOfParts(['vetmark provenance 1', canonicalize(inside)!]);
}
