/**
 * What the audit log can say. Invariant 8: an event holds paths, names, numbers and digests, never text of a file, a prompt or a command; what does not
 * look like a name is replaced by its digest before it is written.
 */
import { digestOf, isDigest, type Digest } from './digest.ts';
import type { AgentId, Origin } from './provenance.ts';

export type AuditEvent =
  | { readonly kind: 'agent-tool'; readonly agent: AgentId; readonly session?: string; readonly tool: string; readonly phase: 'before' | 'after'; readonly paths: readonly string[]; readonly decision?: 'allow' | 'deny' }
  /** Code came into a file and its origin was recorded. `characters`: UTF-16 code units. */
  | { readonly kind: 'origin'; readonly file: string; readonly origin: Origin['kind']; readonly agent?: AgentId; readonly characters: number }
  | { readonly kind: 'vetted'; readonly reviewer: string; readonly file: string; readonly units: number }
  /** Code was signed for without having been vetted: typed here, as recorded, or on its signer's word alone. */
  | { readonly kind: 'claimed'; readonly reviewer: string; readonly file: string; readonly claim: 'written' | 'mine' | 'not-ai'; readonly units: number }
  /** A person gave code of this file back to an agent, with what is wrong with it. */
  | { readonly kind: 'sent-back'; readonly file: string; readonly findings: number }
  /** A review was taken back by its reviewer. */
  | { readonly kind: 'withdrawn'; readonly reviewer: string; readonly file: string }
  /** `until`: ISO 8601, the day the waiver ends. */
  | { readonly kind: 'waived'; readonly reviewer: string; readonly file: string; readonly findings: number; readonly until: string }
  | { readonly kind: 'gate'; readonly base: string; readonly outcome: 'pass' | 'block' | 'could-not-judge'; readonly reasons: number }
  | { readonly kind: 'reviewer'; readonly action: 'enrolled' | 'revoked'; readonly reviewer: string }
  /** A policy or an agent's configuration was changed. `before`, `after`: digests of the file's text; absent: there was none. */
  | { readonly kind: 'configuration'; readonly file: string; readonly before?: Digest; readonly after?: Digest }
  /** Something is missing from the record. `digest`: of what stood there; absent: nothing did. */
  | { readonly kind: 'gap'; readonly message: string; readonly digest?: Digest }
  /** The first entry of a new file: the Merkle tree over every entry before it, so that what is set aside stays bound. */
  | { readonly kind: 'rotated'; readonly size: number; readonly root: Digest; readonly peaks: readonly Digest[] };

/** An event as read: of a kind that a newer version wrote, only the kind is known. */
export type ReadEvent = AuditEvent | { readonly kind: 'strange'; readonly named: string };

type Test = (value: unknown) => boolean;
type Fields = Readonly<Record<string, Test>>;

const text: Test = (value) => typeof value === 'string';
const count: Test = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const oneOf = (...values: readonly string[]): Test => (value) => values.includes(value as string);
const listOf = (test: Test): Test => (value) => Array.isArray(value) && value.every(test);
const optional = (test: Test): Test => (value) => value === undefined || test(value);

const SHAPES: Readonly<Record<AuditEvent['kind'], Fields>> = {
  'agent-tool': { agent: text, session: optional(text), tool: text, phase: oneOf('before', 'after'), paths: listOf(text), decision: optional(oneOf('allow', 'deny')) },
  origin: { file: text, origin: oneOf('human', 'agent', 'tool', 'paste', 'external', 'unknown'), agent: optional(text), characters: count },
  vetted: { reviewer: text, file: text, units: count },
  claimed: { reviewer: text, file: text, claim: oneOf('written', 'mine', 'not-ai'), units: count },
  'sent-back': { file: text, findings: count },
  withdrawn: { reviewer: text, file: text },
  waived: { reviewer: text, file: text, findings: count, until: text },
  gate: { base: text, outcome: oneOf('pass', 'block', 'could-not-judge'), reasons: count },
  reviewer: { action: oneOf('enrolled', 'revoked'), reviewer: text },
  configuration: { file: text, before: optional(isDigest), after: optional(isDigest) },
  gap: { message: text, digest: optional(isDigest) },
  rotated: { size: count, root: isDigest, peaks: listOf(isDigest) },
};

/** Every kind that this version writes. */
export const AUDIT_KINDS: readonly string[] = Object.keys(SHAPES);

/** Reads an event; `undefined` when a kind that is known lacks a field or has one more, and when there is no kind. */
export function readEvent(value: unknown): ReadEvent | undefined {
  if (typeof value !== 'object' || value === null || !('kind' in value) || typeof value.kind !== 'string') return undefined;
  if (!Object.hasOwn(SHAPES, value.kind)) return { kind: 'strange', named: value.kind };
  const shape = SHAPES[value.kind as AuditEvent['kind']];
  const fields = value as Record<string, unknown>;
  for (const name of Object.keys(shape)) if (!shape[name]!(fields[name])) return undefined;
  for (const name of Object.keys(fields)) if (name !== 'kind' && !Object.hasOwn(shape, name)) return undefined;
  return value as AuditEvent;
}

/** Longest name, path and message that are kept, in UTF-16 code units. */
const NAME_LIMIT = 200;
const PATH_LIMIT = 4096;
const PATHS_LIMIT = 1000;
const MESSAGE_LIMIT = 500;

/** The event as it may be written: one line a text, nothing longer than a name is, nothing in the shape of a credential, only well-formed Unicode. */
export function fit(event: AuditEvent): AuditEvent {
  switch (event.kind) {
    case 'agent-tool':
      return { ...event, agent: name(event.agent), ...(event.session !== undefined && { session: name(event.session) }), tool: name(event.tool), paths: event.paths.slice(0, PATHS_LIMIT).map(path) };
    case 'origin':
      return { ...event, file: path(event.file), ...(event.agent !== undefined && { agent: name(event.agent) }) };
    case 'vetted':
    case 'claimed':
    case 'withdrawn':
      return { ...event, reviewer: name(event.reviewer), file: path(event.file) };
    case 'sent-back':
      return { ...event, file: path(event.file) };
    case 'waived':
      return { ...event, reviewer: name(event.reviewer), file: path(event.file), until: name(event.until) };
    case 'gate':
      return { ...event, base: name(event.base) };
    case 'reviewer':
      return { ...event, reviewer: name(event.reviewer) };
    case 'configuration':
      return { ...event, file: path(event.file) };
    case 'gap':
      return { ...event, message: masked(event.message.replace(/\p{C}+/gu, ' ').slice(0, MESSAGE_LIMIT)) };
    case 'rotated':
      return event;
  }
}

/** What happened, as one sentence for people. Not fit for a terminal: paths hold what they hold. */
export function describe(event: ReadEvent): string {
  switch (event.kind) {
    case 'agent-tool':
      return `${event.agent} ${event.phase} ${event.tool}${event.paths.length === 0 ? '' : ` on ${event.paths.join(', ')}`}${event.decision === undefined ? '' : `: ${event.decision}`}`;
    case 'origin':
      return `${event.characters} characters of ${event.agent ?? event.origin} came into ${event.file}`;
    case 'vetted':
      return `${event.reviewer} vetted ${event.units} unit${event.units === 1 ? '' : 's'}: ${event.file}`;
    case 'claimed':
      return `${event.reviewer} signed ${event.units} unit${event.units === 1 ? '' : 's'} as ${event.claim}: ${event.file}`;
    case 'sent-back':
      return `code of ${event.file} was sent back${event.findings === 0 ? '' : ` with ${event.findings} finding${event.findings === 1 ? '' : 's'}`}`;
    case 'withdrawn':
      return `${event.reviewer} took back the review ${event.file}`;
    case 'waived':
      return `${event.reviewer} waived ${event.findings} finding${event.findings === 1 ? '' : 's'} until ${event.until}: ${event.file}`;
    case 'gate':
      return `gate against ${event.base.slice(0, 12)}: ${event.outcome}${event.reasons === 0 ? '' : `, ${event.reasons} reasons`}`;
    case 'reviewer':
      return `reviewer ${event.action}: ${event.reviewer}`;
    case 'configuration':
      return `${event.file} was ${event.before === undefined ? 'made' : event.after === undefined ? 'removed' : 'changed'}`;
    case 'gap':
      return `gap: ${event.message}`;
    case 'rotated':
      return `a new file was begun after ${event.size} entries`;
    case 'strange':
      return `${event.named}: an event that a newer version of Vetmark wrote`;
  }
}

function name(value: string): string {
  return value.length > NAME_LIMIT || /[\s\p{C}]/u.test(value) ? digestOf(value) : masked(value);
}

function path(value: string): string {
  return value.length > PATH_LIMIT ? digestOf(value) : masked(value.toWellFormed());
}

/** Credentials that announce themselves; every repetition is over one class, so that the time is linear. Analysis finds more, but an agent waits for every hook. */
const CREDENTIAL = /(?:A[KS]IA[A-Z0-9]{16}|(?:gh[oprsu]|github_pat)_[A-Za-z0-9_]{16,}|glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{10,}|sk[-_](?:live|test|proj|ant|svcacct|or)[-_][\w-]{10,}|[pr]k_(?:live|test)_\w{10,}|npm_\w{20,}|pypi-[\w-]{16,}|AIza[\w-]{30,}|hf_[A-Za-z0-9]{20,}|eyJ[\w-]{12,}\.[\w.-]+)/g;

function masked(value: string): string {
  return value.replace(CREDENTIAL, '[masked]').replace(/(:\/\/[^/\s:@]*:)[^/\s@]+@/g, '$1[masked]@');
}
