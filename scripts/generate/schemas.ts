/** JSON Schemas, from the schemas that read the real thing: the policy's, for completion and hovers in the editor, and the one of signed records, for whoever reads them without Vetmark. */
import { policySchema } from '../../src/core/policy.ts';
import { predicateSchema } from '../../src/core/review.ts';
import type { Generated } from './section.ts';

export function generated(): Generated {
  return new Map([
    ['media/policy.schema.json', `${JSON.stringify(policySchema(), null, 2)}\n`],
    ['docs/schemas/review-v1.schema.json', `${JSON.stringify(predicateSchema(), null, 2)}\n`],
  ]);
}
