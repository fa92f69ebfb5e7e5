/** Review statements: what is written is read back, and everything else is refused with a sentence. */
import assert from 'node:assert/strict';
import { Ajv } from 'ajv';
import { digestOf } from '#core/digest';
import type { RepoPath } from '#core/path';
import { readFileSync } from 'node:fs';
import { readStatement, writeStatement, type Review } from '#core/review';

const review: Review = {
  units: [
    { path: 'src/orders.ts' as RepoPath, label: 'function total', digest: digestOf('a'), claim: 'vetted', agents: ['claude-code'] },
    { path: 'src/orders.ts' as RepoPath, label: 'import', digest: digestOf('b'), claim: 'written', agents: [] },
  ],
  reviewer: 'ada@example.org',
  at: '2026-11-24T12:00:00.000Z',
  answers: [{ item: 'read', answer: 'yes' }, { item: 'sql', answer: 'not-applicable', note: 'no query' }],
  openFindings: [{ print: digestOf('c') }],
  waivers: [{ print: digestOf('d'), reason: 'test key', until: '2026-12-31' }],
  tool: { name: 'vetmark', version: '0.1.0' },
};

/** All that a record can say. */
const full: Review = {
  ...review,
  units: [
    { ...review.units[0]!, occurrence: { index: 1, of: 2 }, reading: { share: 100, seconds: 12.5 }, prompted: true, provenance: digestOf('p') },
    { ...review.units[1]!, claim: 'not-ai' },
  ],
  reason: 'an import that the formatter of our team brings',
  together: 2,
  note: 'looked at with the author',
  ruleSet: digestOf('r'),
  repository: 'A'.repeat(26),
  openFindings: [{ print: digestOf('c'), rule: 'no-sql-injection', severity: 'high' }],
  waivers: [{ print: digestOf('d'), rule: 'no-hardcoded-secret', path: 'src/orders.ts' as RepoPath, reason: 'test key', until: '2026-12-31' }],
};

type Json = Record<string, never>;

/** https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md and resource_descriptor.md, as a JSON Schema. */
const STATEMENT_V1 = {
  type: 'object',
  required: ['_type', 'subject', 'predicateType'],
  properties: {
    _type: { const: 'https://in-toto.io/Statement/v1' },
    subject: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['digest'],
        properties: { name: { type: 'string' }, uri: { type: 'string' }, digest: { type: 'object', minProperties: 1, additionalProperties: { type: 'string', pattern: '^[0-9a-f]+$' } }, content: { type: 'string' }, downloadLocation: { type: 'string' }, mediaType: { type: 'string' }, annotations: { type: 'object' } },
        additionalProperties: false,
      },
    },
    predicateType: { type: 'string', pattern: '^https://[^\\s]+$' },
    predicate: { type: 'object' },
  },
  additionalProperties: false,
};

describe('a review statement', () => {
  it('is an in-toto Statement v1', () => {
    const validate = new Ajv().compile(STATEMENT_V1);
    validate(JSON.parse(writeStatement(review)));
    assert.deepEqual(validate.errors, null);
  });

  it('keeps which of equal units it speaks of, and which repository', () => {
    const { units, ...rest } = review;
    const second: Review = { ...rest, repository: 'A'.repeat(26), units: units.map((unit) => ({ ...unit, occurrence: { index: 1, of: 2 } })) };
    assert.deepEqual(readStatement(writeStatement(second)), { ok: true, review: second });
  });

  for (const [title, each] of [['little', review], ['all that it can', full]] as const) {
    it(`that says ${title} is read as it was written`, () => assert.deepEqual(readStatement(writeStatement(each)), { ok: true, review: each }));

    it(`that says ${title} is valid by the published schema`, () => {
      const validate = new Ajv().compile(JSON.parse(readFileSync('docs/schemas/review-v1.schema.json', 'utf8')) as object);
      validate((JSON.parse(writeStatement(each)) as { predicate: unknown }).predicate);
      assert.deepEqual(validate.errors, null);
    });
  }

  it('of the first version, whose open findings are digests, still reads', () => {
    const old = JSON.stringify({ ...(JSON.parse(writeStatement(review)) as object), predicate: { ...(JSON.parse(writeStatement(review)) as { predicate: object }).predicate, openFindings: [digestOf('c')] } });
    assert.deepEqual(readStatement(old), { ok: true, review });
  });

  it('is canonical: the same review is the same text', () => {
    const { units, reviewer, ...rest } = review;
    assert.equal(writeStatement({ reviewer, ...rest, units }), writeStatement(review));
  });

  for (const [title, change] of [
    ['another statement type', (it: Json) => ({ ...it, _type: 'https://in-toto.io/Statement/v0.1' })],
    ['another predicate type', (it: Json) => ({ ...it, predicateType: 'https://vetmark.dev/attestation/review/v2' })],
    ['an unknown field', (it: Json) => ({ ...it, trusted: true })],
    ['no subject', (it: Json) => ({ ...it, subject: [] })],
    ['a subject more than units', (it: { subject: object[] }) => ({ ...it, subject: [...it.subject, it.subject[0]] })],
    ['a subject with another name', (it: { subject: object[] }) => ({ ...it, subject: it.subject.map((subject) => ({ ...subject, name: 'src/other.ts#function total' })) })],
    ['a digest that is none', (it: { subject: object[] }) => ({ ...it, subject: it.subject.map((subject) => ({ ...subject, digest: { sha256: 'ff' } })) })],
    ['a path that climbs out', (it: { subject: object[]; predicate: { units: object[] } }) => ({ ...it, predicate: { ...it.predicate, units: it.predicate.units.map((unit) => ({ ...unit, path: '../x.ts' })) } })],
    ['a day that is no time', (it: { predicate: object }) => ({ ...it, predicate: { ...it.predicate, at: 'yesterday' } })],
    ['a waiver without reason', (it: { predicate: object }) => ({ ...it, predicate: { ...it.predicate, waivers: [{ print: digestOf('d'), reason: '', until: '2026-12-31' }] } })],
    ['a waiver until a day that is none', (it: { predicate: object }) => ({ ...it, predicate: { ...it.predicate, waivers: [{ print: digestOf('d'), reason: 'x', until: '2026-13-31' }] } })],
    ['a claim on a word alone without a reason', (it: { predicate: { units: object[] } }) => ({ ...it, predicate: { ...it.predicate, units: it.predicate.units.map((unit) => ({ ...unit, claim: 'mine' })) } })],
    ['more reading than there is', (it: { predicate: { units: object[] } }) => ({ ...it, predicate: { ...it.predicate, units: it.predicate.units.map((unit) => ({ ...unit, reading: { share: 101, seconds: 1 } })) } })],
    ['reading that took no time a clock can tell', (it: { predicate: { units: object[] } }) => ({ ...it, predicate: { ...it.predicate, units: it.predicate.units.map((unit) => ({ ...unit, reading: { share: 100, seconds: -1 } })) } })],
  ] as const) {
    it(`is refused for ${title}`, () => {
      const changed = JSON.stringify((change as (it: unknown) => unknown)(JSON.parse(writeStatement(review))));
      assert.equal(readStatement(changed).ok, false);
    });
  }

  for (const [title, text] of [['text that is not JSON', '{'], ['nothing', ''], ['nesting without end', '['.repeat(100_000)], ['a list', '[]'], ['too much', ' '.repeat(9 * 1024 * 1024)]] as const) {
    it(`is refused for ${title}`, () => assert.equal(readStatement(text).ok, false));
  }
});
