/** media/policy.schema.json, for completion and hovers in the editor, from the schema that reads the policy. */
import { policySchema } from '../../src/core/policy.ts';
import type { Generated } from './section.ts';

export function generated(): Generated {
  return new Map([['media/policy.schema.json', `${JSON.stringify(policySchema(), null, 2)}\n`]]);
}
