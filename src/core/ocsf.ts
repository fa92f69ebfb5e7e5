/**
 * Audit entries in the Open Cybersecurity Schema Framework, version 1.9, with its profile `record_integrity`: each event carries the hash of its own
 * canonical form and that of the event before it, and the log's own line, so that an export can be checked without Vetmark. Schema: https://schema.ocsf.io
 */
import canonicalize from 'canonicalize';
import type { AuditEntry } from './audit.ts';
import { describe, type ReadEvent } from './audit-event.ts';
import { digestOf, type Digest } from './digest.ts';

export interface OcsfSource {
  /** The log's name. */
  readonly log: string;
  /** Vetmark's version. */
  readonly version: string;
}

interface Fingerprint {
  readonly algorithm_id: 3;
  readonly algorithm: 'SHA-256';
  readonly encoding_id: 1;
  readonly encoding: 'Hex';
  readonly serialization_id: 1 | 2;
  readonly serialization: 'Flat' | 'JCS';
  readonly value: string;
}

/** What the event after this one says of it. */
export interface OcsfLink {
  readonly uid: string;
  readonly type_uid: number;
  readonly fingerprint: Fingerprint;
}

export interface OcsfEvent {
  /** One line of canonical JSON, no line end. */
  readonly line: string;
  readonly link: OcsfLink;
}

/** The event of one entry. `line`: the entry as it stands in the log. `previous`: of the event exported before; absent for the first. */
export function toOcsf(entry: AuditEntry, line: string, previous: OcsfLink | undefined, { log, version }: OcsfSource): OcsfEvent {
  const { activity, fields, profiles = [], severity = INFORMATIONAL, ...rest } = mapped(entry.event);
  const type_uid = rest.kind.class_uid * 100 + activity.id;
  const uid = `${log}:${entry.seq}`;
  const attestation = { authority_uid: `vetmark-audit:${log}`, chain_uid: log, ...(previous !== undefined && { prev_event: previous }) };
  const event = {
    ...rest.kind,
    ...severity,
    ...fields,
    activity_id: activity.id,
    activity_name: activity.name,
    type_uid,
    type_name: `${rest.kind.class_name}: ${activity.id === OTHER ? 'Other' : activity.name}`,
    time: Date.parse(entry.at),
    message: describe(entry.event).toWellFormed(),
    metadata: {
      version: '1.9.0',
      product: { name: 'Vetmark', vendor_name: 'Vetmark', version },
      profiles: [...profiles, 'record_integrity'],
      uid,
      original_event_uid: entry.digest,
      original_time: entry.at,
      sequence: entry.seq,
      log_name: 'vetmark-audit',
      log_format: 'JSON',
      log_version: String(entry.v),
    },
    raw_data: line,
    raw_data_hash: fingerprint(digestOf(line), FLAT),
    attestation_list: [attestation],
  };
  // The hash is over everything but itself.
  const own = fingerprint(digestOf(canonical(event)), JCS);
  return { line: canonical({ ...event, attestation_list: [{ ...attestation, fingerprint: own }] }), link: { uid, type_uid, fingerprint: own } };
}

const OTHER = 99;
const FLAT = { serialization_id: 1, serialization: 'Flat' } as const;
const JCS = { serialization_id: 2, serialization: 'JCS' } as const;
const INFORMATIONAL = { severity_id: 1, severity: 'Informational' };
const MEDIUM = { severity_id: 3, severity: 'Medium' };
const BASE = { category_uid: 0, category_name: 'Uncategorized', class_uid: 0, class_name: 'Base Event' };
const ENTITY = { category_uid: 3, category_name: 'Identity & Access Management', class_uid: 3004, class_name: 'Entity Management' };
const API = { category_uid: 6, category_name: 'Application Activity', class_uid: 6003, class_name: 'API Activity' };
const SCAN = { category_uid: 6, category_name: 'Application Activity', class_uid: 6007, class_name: 'Scan Activity' };
const ALLOWED = { action_id: 1, action: 'Allowed', disposition_id: 1, disposition: 'Allowed' };
const DENIED = { action_id: 2, action: 'Denied', disposition_id: 2, disposition: 'Blocked' };

interface Mapped {
  readonly kind: { readonly category_uid: number; readonly category_name: string; readonly class_uid: number; readonly class_name: string };
  readonly activity: { readonly id: number; readonly name: string };
  readonly fields: Readonly<Record<string, unknown>>;
  readonly profiles?: readonly string[];
  /** Absent: informational. */
  readonly severity?: typeof INFORMATIONAL;
}

function mapped(event: ReadEvent): Mapped {
  switch (event.kind) {
    case 'agent-tool':
      return {
        kind: API,
        activity: { id: OTHER, name: event.phase === 'before' ? 'Tool Call' : 'Tool Call Done' },
        fields: {
          actor: { app_name: event.agent, ...(event.session !== undefined && { session: { uid: event.session } }) },
          ai_agent: { uid: event.agent, name: event.agent, ...(event.session !== undefined && { instance_uid: event.session }) },
          api: { operation: event.tool, service: { name: event.agent } },
          src_endpoint: { svc_name: event.agent },
          resources: event.paths.map((name) => ({ name, type: 'File' })),
          ...(event.decision === 'allow' && ALLOWED),
          ...(event.decision === 'deny' && DENIED),
        },
        profiles: ['ai_operation', ...(event.decision === undefined ? [] : ['security_control'])],
        ...(event.decision === 'deny' && { severity: MEDIUM }),
      };
    case 'vetted':
      return entity({ id: 1, name: 'Create' }, event.file, 'Code Review', event.reviewer, { units: event.units });
    case 'claimed':
      return entity({ id: 1, name: 'Create' }, event.file, 'Authorship Claim', event.reviewer, { claim: event.claim, units: event.units });
    case 'sent-back':
      return base('Code Sent Back', { file: event.file, findings: event.findings });
    case 'withdrawn':
      return entity({ id: 4, name: 'Delete' }, event.file, 'Code Review', event.reviewer);
    case 'waived':
      return entity({ id: 1, name: 'Create' }, event.file, 'Waiver', event.reviewer, { findings: event.findings, until: event.until });
    case 'reviewer':
      return { kind: ENTITY, activity: event.action === 'enrolled' ? { id: 6, name: 'Enroll' } : { id: 7, name: 'Unenroll' }, fields: { entity: { name: event.reviewer, type_id: 2, type: 'User', user: { name: event.reviewer } } } };
    case 'configuration': {
      const activity = event.before === undefined ? { id: 1, name: 'Create' } : event.after === undefined ? { id: 4, name: 'Delete' } : { id: 3, name: 'Update' };
      return entity(activity, event.file, 'Configuration', undefined, { before: event.before ?? null, after: event.after ?? null });
    }
    case 'gate':
      return {
        kind: SCAN,
        activity: event.outcome === 'could-not-judge' ? { id: 6, name: 'Error' } : { id: 2, name: 'Completed' },
        fields: { scan: { name: 'vetmark gate', uid: event.base, type_id: OTHER, type: 'Gate' }, num_detections: event.reasons, status_code: event.outcome, ...(event.outcome === 'pass' ? ALLOWED : DENIED) },
        profiles: ['security_control'],
        ...(event.outcome !== 'pass' && { severity: MEDIUM }),
      };
    case 'origin':
      return base('Origin Recorded', { file: event.file, origin: event.origin, agent: event.agent ?? null, characters: event.characters });
    case 'gap':
      return { ...base('Gap', { digest: event.digest ?? null }), severity: MEDIUM };
    case 'rotated':
      return base('Log Rotated', { size: event.size, root: event.root });
    case 'strange':
      return base('Other', { named: event.named });
  }
}

function entity(activity: Mapped['activity'], name: string, type: string, reviewer?: string, unmapped?: Readonly<Record<string, unknown>>): Mapped {
  return { kind: ENTITY, activity, fields: { entity: { name, type_id: OTHER, type }, ...(reviewer !== undefined && { actor: { user: { name: reviewer } } }), ...(unmapped !== undefined && { unmapped }) } };
}

function base(name: string, unmapped: Readonly<Record<string, unknown>>): Mapped {
  return { kind: BASE, activity: { id: OTHER, name }, fields: { unmapped } };
}

function fingerprint(digest: Digest, serialization: typeof FLAT | typeof JCS): Fingerprint {
  return { algorithm_id: 3, algorithm: 'SHA-256', encoding_id: 1, encoding: 'Hex', ...serialization, value: digest.slice('sha256:'.length) };
}

function canonical(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('not a JSON value');
  return text;
}
