/** The policy `.vetmark/policy.json`: its schema, and its reading for a path. */
import { minimatch } from 'minimatch';
import * as z from 'zod';
import { SEVERITIES, type Severity } from './finding.ts';
import type { RepoPath } from './path.ts';

export interface ChecklistItem {
  readonly id: string;
  readonly question: string;
}

/** Who has to vet files. Where several requirements match, the strictest of each counts. */
export interface Requirement {
  /** People who each vet all of it. Default 1. */
  readonly reviewers: number;
  /** `others`: who wrote commits of the change, or signs code as written, does not count. */
  readonly by: 'anyone' | 'others';
  /** `hardware`: only signatures of keys that ask for a touch (types that begin with `sk-`) count. */
  readonly keys: 'any' | 'hardware';
}

export interface Policy {
  readonly version: 1;
  /** Findings this bad or worse in untrusted code block the gate. Default `high`. */
  readonly threshold: Severity;
  /** Globs (minimatch) of files that nobody vets: generated, vendored, lockfiles. Absent: well-known lockfiles. A list replaces the default; empty: every file is vetted. */
  readonly exclude: readonly string[];
  /** What to think of added code that nobody signed for. Default and safe: `untrusted`. */
  readonly unattributed: 'untrusted' | 'trusted';
  /** What to think of code that runs when its file is loaded and that a change deletes or moves. Default and safe: `vetted`, somebody has to sign for that. */
  readonly removals: 'vetted' | 'free';
  /** Further demands by path glob. Absent or empty: one reviewer, with any enrolled key. */
  readonly require: readonly ({ readonly paths: string } & Partial<Requirement>)[];
  /** Further checklist items by path glob. */
  readonly checklist: readonly { readonly paths: string; readonly items: readonly ChecklistItem[] }[];
}

export interface PathPolicy {
  readonly excluded: boolean;
  readonly threshold: Severity;
  readonly unattributed: 'untrusted' | 'trusted';
  readonly removals: 'vetted' | 'free';
  readonly requirement: Requirement;
  readonly items: readonly ChecklistItem[];
}

export const DEFAULT_POLICY: Policy = {
  version: 1,
  threshold: 'high',
  exclude: [
    '**/package-lock.json', '**/npm-shrinkwrap.json', '**/yarn.lock', '**/pnpm-lock.yaml', '**/bun.lock', '**/bun.lockb', '**/deno.lock',
    '**/Cargo.lock', '**/Gemfile.lock', '**/composer.lock', '**/poetry.lock', '**/uv.lock', '**/Pipfile.lock', '**/go.sum', '**/gradle.lockfile',
    '**/packages.lock.json', '**/flake.lock', '**/.terraform.lock.hcl',
  ],
  unattributed: 'untrusted',
  removals: 'vetted',
  require: [],
  checklist: [],
};

/** Vetmark's own records, by their very names, are judged by their signatures, not vetted. What else lies beside them, and the policy and the reviewers, are reviewed like code. */
const RECORD = /^\.vetmark\/(?:reviews\/[0-9A-Z]{26}\.json(?:\.sig)?|provenance\/[0-9A-Z]{26}\.json)$/;

/** Longest policy that is read, in UTF-16 code units. */
const LONGEST_POLICY = 1_000_000;

/** A glob whose matching stays cheap whatever the path: short, without nested alternatives, few stars in one segment. */
const glob = z
  .string()
  .min(1, 'an empty glob matches nothing; remove it')
  .max(200, 'a glob may have at most 200 characters; split it')
  .refine((text) => !/[\\\0]/.test(text), 'write globs with forward slashes')
  .refine((text) => !text.startsWith('/') && !text.split('/').includes('..'), 'globs are relative to the repository and may not climb out of it')
  .refine((text) => (text.match(/\{/g) ?? []).length <= 2, 'at most two {a,b} alternatives in one glob; split it')
  .refine((text) => text.split('/').every((part) => (part.match(/\*/g) ?? []).length <= 3), 'at most three stars in one part of a glob; split it');

const item = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'an id is lower-case letters, digits and dashes'),
  question: z.string().min(1).max(500),
});

const schema = z.strictObject({
  $schema: z.string().max(500).optional(),
  version: z.literal(1),
  threshold: z.enum(SEVERITIES).optional(),
  exclude: z.array(glob).max(500).optional(),
  unattributed: z.enum(['untrusted', 'trusted']).optional(),
  removals: z.enum(['vetted', 'free']).optional(),
  require: z.array(z.strictObject({ paths: glob, reviewers: z.int().min(1).max(10).optional(), by: z.enum(['anyone', 'others']).optional(), keys: z.enum(['any', 'hardware']).optional() })).max(100).optional(),
  checklist: z.array(z.strictObject({ paths: glob, items: z.array(item).min(1).max(50) })).max(100).optional(),
});

/** Reads a policy strictly; on any mistake a sentence that names the place, and never a half-read policy. */
export function readPolicy(text: string): { readonly ok: true; readonly policy: Policy } | { readonly ok: false; readonly message: string } {
  if (text.length > LONGEST_POLICY) return { ok: false, message: 'The policy is larger than a million characters, so it was not read. Make it smaller.' };
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return { ok: false, message: 'The policy is not valid JSON, so nothing in it counts. Correct its syntax.' };
  }
  const read = schema.safeParse(value);
  if (!read.success) {
    const issue = read.error.issues[0]!;
    return { ok: false, message: `The policy is wrong at ${jsonPath(issue.path)}: ${issue.message}. Nothing in it counts until that is corrected.` };
  }
  const { threshold, exclude, unattributed, removals, require, checklist } = read.data;
  return {
    ok: true,
    policy: {
      version: 1,
      threshold: threshold ?? DEFAULT_POLICY.threshold,
      exclude: exclude ?? DEFAULT_POLICY.exclude,
      unattributed: unattributed ?? DEFAULT_POLICY.unattributed,
      removals: removals ?? DEFAULT_POLICY.removals,
      require: (require ?? DEFAULT_POLICY.require) as Policy['require'],
      checklist: checklist ?? DEFAULT_POLICY.checklist,
    },
  };
}

/** What the policy says of one file. */
export function policyFor(policy: Policy, path: RepoPath): PathPolicy {
  return {
    excluded: RECORD.test(path) || policy.exclude.some((pattern) => matches(path, pattern)),
    threshold: policy.threshold,
    unattributed: policy.unattributed,
    removals: policy.removals,
    requirement: strictest(policy.require.filter(({ paths }) => matches(path, paths))),
    items: policy.checklist.filter(({ paths }) => matches(path, paths)).flatMap(({ items }) => items),
  };
}

function strictest(requirements: readonly Partial<Requirement>[]): Requirement {
  return {
    reviewers: Math.max(1, ...requirements.map(({ reviewers }) => reviewers ?? 1)),
    by: requirements.some(({ by }) => by === 'others') ? 'others' : 'anyone',
    keys: requirements.some(({ keys }) => keys === 'hardware') ? 'hardware' : 'any',
  };
}

/** The JSON Schema of the policy, for the editor. */
export function policySchema(): object {
  return z.toJSONSchema(schema);
}

function matches(path: RepoPath, pattern: string): boolean {
  return minimatch(path, pattern, { dot: true, noext: true, nonegate: true, nocomment: true });
}

function jsonPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}.${String(key)}`), '$');
}
