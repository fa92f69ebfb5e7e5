/**
 * Finds secrets in a text of any language and says so without showing them.
 * Invariants 7, 8, 9: no comment silences a finding; no value leaves in a message, a fix or a fingerprint; it never throws.
 */
import { digestOfParts } from '#core/digest';
import type { Finding, Problem } from '#core/finding';
import { overlaps, type Range } from '#core/text';
import type { Source } from '../source.ts';
import type { Candidate } from './candidate.ts';
import { isStandIn } from './connection.ts';
import { detect } from './detect.ts';
import { environmentName, nameBefore } from './enclosing.ts';
import { fixerFor, type Naming } from './env-fix.ts';
import { mask, shapeOf } from '../mask.ts';
import { isPlaceholder } from './placeholder.ts';
import { runSecretlint } from './secretlint.ts';
import { type Slice, slicesOf } from './slices.ts';

const RULE = 'no-hardcoded-secret';
const OWASP = ['A07:2021 Identification and Authentication Failures', 'A07:2025 Authentication Failures'] as const;

/** One line for each kind: what an attacker gains, and what to do next. */
const WORDS = {
  provider: {
    why: 'Whoever can read this file, its history or a bundle built from it can use the account that the key belongs to.',
    advice: 'Revoke the key at its provider, issue a new one, and read it from an environment variable or a secret store.',
    cwe: [798],
  },
  'private-key': {
    why: 'Whoever can read this file can sign, log in or decrypt as the owner of the key.',
    advice: 'Replace the key pair, withdraw what was issued for the old one, and load the new key from a secret store.',
    cwe: [321, 798],
  },
  'connection-string': {
    why: 'Whoever can read this file and reach the server can log in with this password.',
    advice: 'Change the password on the server and read the whole connection string from an environment variable or a secret store.',
    cwe: [798, 259],
  },
  jwt: {
    why: 'Whoever can read this file can act as the subject of the token until it expires, or for ever if it does not.',
    advice: 'Revoke the token or change the key that signed it, and obtain tokens at run time.',
    cwe: [798],
  },
  password: {
    why: 'Whoever can read this file or its history can log in with this password.',
    advice: 'Change the password where it is checked, and read the new one from an environment variable or a secret store.',
    cwe: [259, 798],
  },
  generic: {
    why: 'Whoever can read this file, its history or a bundle built from it knows the credential.',
    advice: 'Change the credential where it is checked, and read the new one from an environment variable or a secret store.',
    cwe: [798],
  },
} as const;

export interface Secrets {
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  /** The secrets themselves, for masking other messages about the same text. They must not leave analysis. */
  readonly values: readonly string[];
}

/**
 * Every secret of the text, once each, in ascending order. Never throws and never rejects, but for an aborted signal, which rejects with the
 * signal's reason. What could not be judged is a problem.
 */
export async function findSecrets(source: Source, signal?: AbortSignal): Promise<Secrets> {
  signal?.throwIfAborted();
  const candidates: Candidate[] = [];
  const failed = new Set<string>();
  for (const slice of slicesOf(source.text)) {
    if (slice.offset > 0) await breathe(signal);
    await collect(slice, source, candidates, failed);
  }
  signal?.throwIfAborted();
  try {
    return reported(source, strongest(candidates), failed);
  } catch {
    return { findings: [], problems: [problemOf('reporting')], values: candidates.map(({ range }) => source.text.slice(range.start, range.end)) };
  }
}

async function collect(slice: Slice, { path, language }: Source, candidates: Candidate[], failed: Set<string>): Promise<void> {
  const keep = (found: readonly Candidate[]): void => {
    for (const candidate of found) {
      const { start, end } = candidate.range;
      if (start >= slice.own.start && start < slice.own.end) candidates.push({ ...candidate, range: { start: start + slice.offset, end: end + slice.offset } });
    }
  };
  try {
    const found = await runSecretlint(slice, path);
    for (const rule of found.failed) failed.add(rule);
    keep(found.candidates.filter((candidate) => !isKnownStandIn(candidate, slice.text)));
  } catch {
    failed.add('secretlint');
  }
  try {
    keep(detect(slice.text, path, language));
  } catch {
    failed.add('own formats');
  }
}

/** secretlint has its own notion of stand-ins: ours is asked too. */
function isKnownStandIn({ kind, range, values }: Candidate, text: string): boolean {
  if (kind !== 'connection-string') return isPlaceholder(text.slice(range.start, range.end));
  const host = text.slice(text.lastIndexOf('@', range.end) + 1, range.end);
  return values.some((password) => isStandIn(password, host));
}

/** Lets waiting work, an abort among it, run between two slices of a long text. */
async function breathe(signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
  signal?.throwIfAborted();
}

/** Of candidates that share characters the weightier stays, then the longer, then the earlier. */
function strongest(candidates: readonly Candidate[]): readonly Candidate[] {
  const size = ({ start, end }: Range): number => end - start;
  const better = (a: Candidate, b: Candidate): boolean => a.weight > b.weight || (a.weight === b.weight && size(a.range) > size(b.range));
  const kept: Candidate[] = [];
  for (const candidate of [...candidates].sort((a, b) => a.range.start - b.range.start || b.weight - a.weight)) {
    const last = kept.at(-1);
    if (last === undefined || !overlaps(last.range, candidate.range)) kept.push(candidate);
    else if (better(candidate, last)) kept[kept.length - 1] = candidate;
  }
  return kept;
}

function reported({ text, language }: Source, candidates: readonly Candidate[], failed: ReadonlySet<string>): Secrets {
  const fixesFor = fixerFor(text, language);
  const counts = new Map<string, number>();
  const values: string[] = [];
  const findings: Finding[] = [];
  for (const candidate of candidates) {
    const value = text.slice(candidate.range.start, candidate.range.end);
    values.push(value, ...candidate.values);
    findings.push(findingOf(text, candidate, counts, fixesFor));
  }
  return { findings, problems: [...failed].map(problemOf), values };
}

function findingOf(text: string, candidate: Candidate, counts: Map<string, number>, fixesFor: ReturnType<typeof fixerFor>): Finding {
  const { range, kind, prefix } = candidate;
  const shape = shapeOf(prefix, range.end - range.start);
  const { why, advice, cwe } = WORDS[kind];
  return {
    rule: RULE,
    range,
    severity: candidate.severity,
    confidence: kind === 'generic' || kind === 'password' ? 'pattern' : 'likely',
    message: mask(`${candidate.what} written in the code ${shape}`, []),
    why,
    advice,
    cwe,
    owasp: OWASP,
    print: printOf([RULE, candidate.format, shape, nameBefore(text, range.start)], counts),
    fixes: fixesFor(range, namingOf(text, candidate)),
  };
}

/** Code that talks to a database. */
const DATABASE = /host|database|pool|sequelize|mysql|postgres|\bpg\b|\bdb\b|knex|typeorm/i;

/** Names for a variable, from what is known of the secret; never from its value. */
function namingOf(text: string, { kind, format, what, range }: Candidate): Naming {
  switch (kind) {
    case 'provider': {
      const whole = environmentName(format);
      const owner = environmentName(what.split(' ', 1)[0]!.toUpperCase());
      return { ...(owner && { owner }), ...(whole && { whole }) };
    }
    case 'connection-string': {
      const service = environmentName(what.split(' connection string', 1)[0]!.toUpperCase());
      return service === undefined || !what.includes(' connection string') ? { owner: 'SERVICE' } : { owner: service, whole: `${service}_URL` };
    }
    case 'private-key':
      return { whole: 'PRIVATE_KEY' };
    case 'jwt':
      return { whole: 'ACCESS_TOKEN' };
    case 'password':
      return DATABASE.test(text.slice(Math.max(0, range.start - 200), range.start)) ? { owner: 'DB', whole: 'DB_PASSWORD' } : {};
    case 'generic':
      return what.includes('signs web tokens') ? { whole: 'JWT_SECRET' } : what.startsWith('Encryption') ? { whole: 'ENCRYPTION_KEY' } : what.includes('signs cookies') ? { whole: 'COOKIE_SECRET' } : {};
  }
}

/** Never over the value: the digest of a short password can be guessed back. Like findings are told apart by their order. */
function printOf(parts: readonly string[], counts: Map<string, number>): Finding['print'] {
  const like = parts.join('\n');
  const ordinal = counts.get(like) ?? 0;
  counts.set(like, ordinal + 1);
  return digestOfParts([...parts, String(ordinal)]);
}

function problemOf(stage: string): Problem {
  return {
    where: RULE,
    message: mask(`The search for secrets failed in its part "${stage}", so secrets may stand here unseen. Check this text by hand and report the failure.`, []),
  };
}
