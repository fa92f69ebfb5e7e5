/** SARIF against its schema. */
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';

/** What the schema of SARIF 2.1.0 (as the npm package carries it; JSON Schema draft 4) does not accept. */
export function sarifMistakes(log: unknown): readonly string[] {
  const { $schema: _draft, id: _id, ...schema } = createRequire(import.meta.url)('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json') as Record<string, unknown>;
  const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false, unicodeRegExp: false }).compile(schema);
  validate(log);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
