/** The audit log in OCSF: what a collector gets can be checked by itself, and keeps to the schema. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { nextEntry, readEntry, writeEntry, type AuditEntry, type AuditEvent } from '#core/audit';
import { digestOf } from '#core/digest';
import { toOcsf, type OcsfLink } from '#core/ocsf';
import { OcsfSchema } from '../harness/ocsf-schema.ts';

const SOURCE = { log: '0123456789abcdef0123456789abcdef', version: '1.2.3' };
const ANN = 'ann@example.com';
const DIGEST = digestOf('x');

/** One event of each kind and of each outcome. */
const EVENTS: readonly AuditEvent[] = [
  { kind: 'agent-tool', agent: 'claude-code', session: 's1', tool: 'Write', phase: 'before', paths: ['/shop/a.ts', '/shop/b.ts'], decision: 'deny' },
  { kind: 'agent-tool', agent: 'claude-code', tool: 'Bash', phase: 'before', paths: [], decision: 'allow' },
  { kind: 'agent-tool', agent: 'claude-code', session: 's1', tool: 'mcp__db__query', phase: 'after', paths: [] },
  { kind: 'origin', file: 'a.ts', origin: 'agent', agent: 'claude-code', characters: 12 },
  { kind: 'origin', file: 'a.ts', origin: 'paste', characters: 12 },
  { kind: 'vetted', reviewer: ANN, file: '.vetmark/reviews/x.json', units: 2 },
  { kind: 'claimed', reviewer: ANN, file: '.vetmark/reviews/x.json', claim: 'mine', units: 1 },
  { kind: 'sent-back', file: 'src/a.ts', findings: 2 },
  { kind: 'withdrawn', reviewer: ANN, file: '.vetmark/reviews/x.json' },
  { kind: 'waived', reviewer: ANN, file: '.vetmark/reviews/y.json', findings: 1, until: '2026-12-31' },
  { kind: 'gate', base: 'a'.repeat(40), outcome: 'pass', reasons: 0 },
  { kind: 'gate', base: 'a'.repeat(40), outcome: 'block', reasons: 3 },
  { kind: 'gate', base: 'a'.repeat(40), outcome: 'could-not-judge', reasons: 0 },
  { kind: 'reviewer', action: 'enrolled', reviewer: ANN },
  { kind: 'reviewer', action: 'revoked', reviewer: ANN },
  { kind: 'configuration', file: '.vetmark/policy.json', after: DIGEST },
  { kind: 'configuration', file: '.vetmark/policy.json', before: DIGEST, after: digestOf('y') },
  { kind: 'configuration', file: '.claude/settings.json', before: DIGEST },
  { kind: 'gap', message: 'The recorder was not running.' },
  { kind: 'gap', message: 'Cut off.', digest: DIGEST },
  { kind: 'rotated', size: 1, root: DIGEST, peaks: [DIGEST] },
];

type Event = Readonly<Record<string, unknown>> & { readonly attestation_list: readonly { readonly fingerprint: { readonly value: string }; readonly prev_event?: OcsfLink }[]; readonly metadata: { readonly uid: string; readonly version: string }; readonly raw_data: string; readonly raw_data_hash: { readonly value: string } };

function exported(): readonly { readonly line: string; readonly event: Event }[] {
  let last: AuditEntry | undefined;
  let link: OcsfLink | undefined;
  return EVENTS.map((event, i) => {
    last = nextEntry(last, event, new Date(1_790_000_000_000 + i).toISOString());
    const made = toOcsf(last, writeEntry(last), link, SOURCE);
    link = made.link;
    return { line: made.line, event: JSON.parse(made.line) as Event };
  });
}

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

describe('an audit entry in OCSF', () => {
  it('carries the hash of all of itself but that hash', () => {
    const wrong = exported().filter(({ event }) => {
      const { fingerprint, ...attestation } = event.attestation_list[0]!;
      return sha256(canonicalize({ ...event, attestation_list: [attestation] })!) !== fingerprint.value;
    });
    assert.deepEqual(wrong, []);
  });

  it('names the event before it by number, type and hash', () => {
    const events = exported().map(({ event }) => event);
    assert.deepEqual(
      events.map(({ attestation_list: [attestation] }) => attestation!.prev_event),
      [undefined, ...events.slice(0, -1).map((event) => ({ uid: event.metadata.uid, type_uid: event['type_uid'], fingerprint: event.attestation_list[0]!.fingerprint }))],
    );
  });

  it('holds the line of the log, from which the log can be checked', () => {
    const events = exported().map(({ event }) => event);
    assert.deepEqual(events.map(({ raw_data, raw_data_hash: { value } }) => [readEntry(raw_data)?.seq, value === sha256(raw_data)]), events.map((_, i) => [i, true]));
  });

  it('is one line in canonical form', () => {
    assert.deepEqual(exported().map(({ line }) => line), exported().map(({ event }) => canonicalize(event)));
  });

  const schema = new OcsfSchema(new URL('ocsf-schema.json', import.meta.url));

  it('keeps to the schema, in the version that it names', () => {
    assert.deepEqual(exported().map(({ event }) => event.metadata.version), exported().map(() => schema.version.replace('-dev', '')));
    assert.deepEqual(exported().flatMap(({ event }) => schema.judge(event).map((wrong) => `${event.raw_data}: ${wrong}`)), []);
  });

  it('would be found out by the schema', () => {
    const [event] = exported().map((one) => one.event) as [Event];
    const spoilt: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
      'api.operation: is missing': { api: {} },
      'colour: is no attribute of api_activity': { colour: 'red' },
      'action_id: 7 is none of its values': { action_id: 7 },
      'time: is no timestamp_t': { time: 'noon' },
      'type_uid: is not class_uid * 100 + activity_id': { type_uid: 1 },
      'src_endpoint.: has none of ip, uid, name, hostname, svc_name, instance_uid, interface_uid, interface_name, domain': { src_endpoint: {} },
      'ai_agent: is no attribute of api_activity': { metadata: { ...event.metadata, profiles: ['record_integrity', 'security_control'] } },
      'severity_id: severity is "Medium" and not "High"': { severity_id: 4 },
      'attestation_list[0].: has none of fingerprint, signatures': { attestation_list: [{}] },
    };
    assert.deepEqual(Object.values(spoilt).map((change) => schema.judge({ ...event, ...change })), Object.keys(spoilt).map((wrong) => [wrong]));
  });
});
