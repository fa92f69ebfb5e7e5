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
  /** `not-alone`: who asked an agent for the code, as recorded in their editor, or committed it, does not vet it without somebody else. Default `counts`. */
  readonly prompter: 'counts' | 'not-alone';
  /** What must have been read, as the record says. Nothing by default. */
  readonly reading: ReadingDemand;
  /** Which questions a record must have answered: those of the policy (`own`, the default), those about risky code too (`risky`), or every one that the code asks for (`all`). `free`: none. */
  readonly answers: (typeof ANSWERS)[number];
  /** `refused`: each region is vetted by itself. Default `allowed`. */
  readonly bulk: 'allowed' | 'refused';
}

/** From the least to the most. */
const ANSWERS = ['free', 'own', 'risky', 'all'] as const;

export interface ReadingDemand {
  /** Percent of a unit's lines that were on screen. Default 0. */
  readonly share: number;
  /** Seconds on screen of each unit. Default 0. */
  readonly seconds: number;
  /** The fastest that counts as reading: so many lines in so many seconds. Absent: no limit. */
  readonly pace?: Pace;
}

export interface Pace {
  readonly lines: number;
  readonly seconds: number;
}

/** What a claim on a person's word alone is worth: `unless-recorded`, as much as a review where no record names an agent; `never`, the code has to be vetted all the same. */
export type WordRule = (typeof WORD_RULES)[number];
const WORD_RULES = ['counts', 'unless-recorded', 'never'] as const;

export type RiskLevel = (typeof RISKS)[number];
/** From worst to least. */
export const RISKS = ['high', 'medium', 'low'] as const;

export interface WaiverRule {
  /** `others`: who committed the change does not waive its findings. Default `anyone`. */
  readonly by: 'anyone' | 'others';
  /** Days after signing on which a waiver ends at the latest, whatever it says itself. Absent: no limit. */
  readonly days?: number;
}

/** Where a team's own packages stand in the flow of values. APIs are dotted paths of what the package exports; a call adds `()`, `new` counts as one: `createClient().query`. */
export interface PolicyModel {
  /** As it is written in imports. */
  readonly package: string;
  /** Members and results that a stranger fills. */
  readonly sources: readonly string[];
  /** Calls that do something with an argument. `arg`: which; default 0. */
  readonly sinks: readonly { readonly api: string; readonly arg: number; readonly danger: Danger }[];
  /** Calls that hand their argument back made safe. `for`: against what; absent: everything. */
  readonly sanitizers: readonly { readonly api: string; readonly arg: number; readonly for?: readonly Danger[] }[];
  /** Calls that hand their arguments on in what they return. */
  readonly propagators: readonly string[];
}

/** What can happen to a value in a sink. */
export const DANGERS = ['sql', 'nosql', 'shell', 'code', 'html', 'template', 'path', 'url', 'redirect', 'log', 'header', 'regex', 'record'] as const;
export type Danger = (typeof DANGERS)[number];

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
  /** What to think of added code in files that a gap in the record concerns. Default and safe: `vetted`, somebody reads it, or signs for it after the gap. */
  readonly gaps: 'vetted' | 'free';
  /** Further demands by path glob. Absent or empty: one reviewer, with any enrolled key. */
  readonly require: readonly Demand[];
  readonly waivers: WaiverRule;
  /** What `mine` and `not-ai` are worth. Default `unless-recorded`, both. */
  readonly claims: { readonly mine: WordRule; readonly notAi: WordRule };
  /** Paths at risk: what stands there is at least that risky, whatever it does. Of several the worst counts. */
  readonly risk: readonly { readonly paths: string; readonly level: RiskLevel }[];
  /** Agents in the order in which their code is to be looked at; others come after. For lists only: no agent is trusted for anything. */
  readonly order: readonly string[];
  /** Further checklist items by path glob. */
  readonly checklist: readonly { readonly paths: string; readonly items: readonly ChecklistItem[] }[];
  /** Models of packages that analysis does not know. Absent or empty: only those it does. */
  readonly analysis: { readonly models: readonly PolicyModel[] };
}

export interface PathPolicy {
  readonly excluded: boolean;
  readonly threshold: Severity;
  readonly unattributed: 'untrusted' | 'trusted';
  readonly removals: 'vetted' | 'free';
  readonly gaps: 'vetted' | 'free';
  readonly requirement: Requirement;
  readonly waivers: WaiverRule;
  readonly claims: Policy['claims'];
  /** Absent: only what the code does says how risky it is. */
  readonly risk?: RiskLevel;
  readonly items: readonly ChecklistItem[];
}

/** What an entry of `require` asks for. What it leaves out it does not ask for. */
export type Demand = { readonly paths: string } & Partial<Omit<Requirement, 'reading'>> & { readonly reading?: Partial<ReadingDemand> };

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
  gaps: 'vetted',
  require: [],
  waivers: { by: 'anyone' },
  claims: { mine: 'unless-recorded', notAi: 'unless-recorded' },
  risk: [],
  order: [],
  checklist: [],
  analysis: { models: [] },
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
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'an id is lower-case letters, digits and dashes').describe('Names the item in signed records: lower-case letters, digits and dashes.'),
  question: z.string().min(1).max(500).describe('What to check, as a question that yes answers well.'),
});

const pace = z.strictObject({ lines: z.int().min(1).max(100_000), seconds: z.int().min(1).max(86_400) });

const reading = z.strictObject({
  share: z.int().min(0).max(100).optional().describe('Percent of the lines that must have been on screen. 100: every line.'),
  seconds: z.number().min(0).max(3600).optional().describe('Seconds that each function or statement must have been on screen.'),
  pace: pace.optional().describe('The fastest that counts as reading, for example 200 lines in 60 seconds. What was vetted faster, one by one or all at once, counts as not read.'),
});

const demand = z.strictObject({
  paths: glob.describe('Files that this is about: a glob relative to the repository, such as `src/payments/**`.'),
  reviewers: z.int().min(1).max(10).optional().describe('How many people have to vet it, each all of it.'),
  by: z.enum(['anyone', 'others']).optional().describe('`others`: who wrote commits of the change, or signs code as written by themselves, does not count.'),
  keys: z.enum(['any', 'hardware']).optional().describe('`hardware`: only keys that ask for a touch (FIDO tokens) count.'),
  prompter: z.enum(['counts', 'not-alone']).optional().describe('`not-alone`: who asked an agent for the code, or committed it, does not vet it without somebody else.'),
  reading: reading.optional().describe('What must have been read before signing. The record says what was.'),
  answers: z.enum(ANSWERS).optional().describe('Which questions a record must have answered: those of this policy (`own`), those about risky code as well (`risky`), every one that the code asks for (`all`), or none (`free`).'),
  bulk: z.enum(['allowed', 'refused']).optional().describe('`refused`: each region is vetted by itself, never several in one go.'),
});

const api = z.string().max(120).regex(/^[\w$#*]*(?:(?:\(\))|\.[\w$#*-]+)*$/, 'an API is a dotted path such as createClient().query');
const arg = z.int().min(0).max(20);

const model = z.strictObject({
  package: z.string().min(1).max(200).describe('The package, as imports name it.'),
  sources: z.array(api).max(200).optional().describe('What a stranger fills: members and results, such as `readForm()`.'),
  sinks: z.array(z.strictObject({ api, arg: arg.optional().describe('Which argument, counted from 0. Absent: the first.'), danger: z.enum(DANGERS).describe('What can happen there.') })).max(200).optional().describe('Calls that do something with an argument.'),
  sanitizers: z.array(z.strictObject({ api, arg: arg.optional().describe('Which argument, counted from 0. Absent: the first.'), for: z.array(z.enum(DANGERS)).min(1).max(20).optional().describe('Against what. Absent: everything.') })).max(200).optional().describe('Calls that hand their argument back made safe.'),
  propagators: z.array(api).max(200).optional().describe('Calls that hand their arguments on in what they return.'),
});

const schema = z.strictObject({
  $schema: z.string().max(500).optional().describe('Where an editor finds this schema.'),
  version: z.literal(1).describe('The version of this format.'),
  threshold: z.enum(SEVERITIES).optional().describe('Findings this bad or worse in untrusted code block the gate. Absent: `high`.'),
  exclude: z.array(glob).max(500).optional().describe('Files that nobody vets: generated, vendored, lockfiles. Absent: well-known lockfiles. A list replaces that; an empty one has every file vetted.'),
  unattributed: z.enum(['untrusted', 'trusted']).optional().describe('What to think of added code that nobody signed for. Absent, and safe: `untrusted`.'),
  removals: z.enum(['vetted', 'free']).optional().describe('What to think of code that runs when its file is loaded and that a change deletes or moves. Absent, and safe: `vetted`, somebody has to sign for that.'),
  gaps: z.enum(['vetted', 'free']).optional().describe('What to think of added code in files that a gap in the record concerns. Absent, and safe: `vetted`, somebody reads it, or signs for it after the gap.'),
  require: z.array(demand).max(100).optional().describe('Further demands by path. Where several match, the strictest of each counts. Absent: one reviewer, with any enrolled key.'),
  waivers: z
    .strictObject({
      by: z.enum(['anyone', 'others']).optional().describe('`others`: who committed the change does not waive its findings. Absent: `anyone` who may vet.'),
      days: z.int().min(1).max(3650).optional().describe('A waiver ends at the latest so many days after it was signed. Absent: when it says itself.'),
    })
    .optional()
    .describe('Who may waive a finding, and for how long.'),
  claims: z
    .strictObject({
      mine: z.enum(WORD_RULES).optional().describe('What it is worth when a person signs that they wrote code themselves, without keyboard evidence. Absent: `unless-recorded`, it counts where no record names an agent.'),
      notAi: z.enum(WORD_RULES).optional().describe('What it is worth when a person signs that no machine wrote code. Absent: `unless-recorded`, it counts where no record names an agent.'),
    })
    .optional()
    .describe('What claims on a person\'s word alone are worth.'),
  risk: z
    .array(z.strictObject({ paths: glob, level: z.enum(RISKS).describe('At least this risky, whatever the code does.') }))
    .max(100)
    .optional()
    .describe('Paths at risk. Risky code is listed first, is not vetted in bulk, and can be made to need answers (`require`, `answers`).'),
  order: z.array(z.string().min(1).max(200)).max(50).optional().describe('Agents in the order in which their code is to be looked at, such as `claude-code`. For lists only: no agent is trusted for anything.'),
  checklist: z.array(z.strictObject({ paths: glob, items: z.array(item).min(1).max(50) })).max(100).optional().describe('Further questions by path. They are asked before code can be vetted there, and a record without their answers does not count.'),
  analysis: z.strictObject({ models: z.array(model).max(100).optional().describe('Packages that the analysis does not know: where strangers\' data comes in, where it does harm, what makes it safe.') }).optional().describe('What the analysis is told of a team\'s own packages.'),
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
  if (!read.success) return { ok: false, message: `The policy is wrong: ${trouble(read.error.issues[0]!)}. Nothing in it counts until that is corrected.` };
  const { $schema: _, version, waivers, claims, analysis, ...rest } = read.data;
  const given = JSON.parse(JSON.stringify(rest)) as Partial<Policy>;
  return { ok: true, policy: { ...DEFAULT_POLICY, ...given, version, waivers: { ...DEFAULT_POLICY.waivers, ...defined(waivers) }, claims: { ...DEFAULT_POLICY.claims, ...defined(claims) }, analysis: { models: (analysis?.models ?? []).map(filled) } } };
}

/** Absent and undefined are one to JSON; to our types they are not. */
function defined<T extends object>(value: T | undefined): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return JSON.parse(JSON.stringify(value ?? {})) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

/** `$.require[0].reviewer is no key of the policy; did you mean "reviewers"?` */
function trouble(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'unrecognized_keys') return `at ${jsonPath(issue.path)}, ${issue.message}`;
  const [key] = issue.keys as [string];
  const known = keysAt(issue.path);
  const meant = known.find((name) => near(name.toLowerCase(), key.toLowerCase()));
  return `${jsonPath([...issue.path, key])} is no key of the policy; ${meant === undefined ? `there are ${known.filter((name) => name !== '$schema').join(', ')}` : `did you mean "${meant}"?`}`.replace(/\?$/, '');
}

/** The keys that may stand at a place of the policy. */
function keysAt(path: readonly PropertyKey[]): readonly string[] {
  let at: unknown = schema;
  for (const part of path) at = at instanceof z.ZodArray ? bare(at.element) : at instanceof z.ZodObject ? bare(at.shape[String(part)]) : undefined;
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

function bare(type: unknown): unknown {
  return type instanceof z.ZodOptional ? type.unwrap() : type;
}

/** One letter more, less or other, or the beginning of it. */
function near(name: string, given: string): boolean {
  if (given.length >= 3 && (name.startsWith(given) || given.startsWith(name))) return true;
  if (Math.abs(name.length - given.length) > 1) return false;
  let i = 0;
  while (i < name.length && name[i] === given[i]) i++;
  return name.slice(i + 1) === given.slice(i + 1) || name.slice(i) === given.slice(i + 1) || name.slice(i + 1) === given.slice(i);
}

function filled({ package: name, sources = [], sinks = [], sanitizers = [], propagators = [] }: z.output<typeof model>): PolicyModel {
  return {
    package: name, sources, propagators,
    sinks: sinks.map((sink) => ({ ...sink, arg: sink.arg ?? 0 })),
    sanitizers: sanitizers.map(({ api: path, arg: index, for: contexts }) => ({ api: path, arg: index ?? 0, ...(contexts && { for: contexts }) })),
  };
}

/** What the policy says of one file. */
export function policyFor(policy: Policy, path: RepoPath): PathPolicy {
  return {
    excluded: RECORD.test(path) || policy.exclude.some((pattern) => matches(path, pattern)),
    threshold: policy.threshold,
    unattributed: policy.unattributed,
    removals: policy.removals,
    gaps: policy.gaps,
    requirement: strictest(policy.require.filter(({ paths }) => matches(path, paths))),
    waivers: policy.waivers,
    claims: policy.claims,
    ...riskAt(policy, path),
    items: policy.checklist.filter(({ paths }) => matches(path, paths)).flatMap(({ items }) => items),
  };
}

function riskAt({ risk }: Policy, path: RepoPath): { readonly risk?: RiskLevel } {
  const levels = risk.filter(({ paths }) => matches(path, paths)).map(({ level }) => level);
  const worst = RISKS.find((level) => levels.includes(level));
  return worst === undefined ? {} : { risk: worst };
}

function strictest(demands: readonly Demand[]): Requirement {
  const paces = demands.flatMap(({ reading }) => (reading?.pace === undefined ? [] : [reading.pace])).sort((a, b) => a.lines / a.seconds - b.lines / b.seconds);
  const [pace] = paces;
  return {
    reviewers: Math.max(1, ...demands.map(({ reviewers }) => reviewers ?? 1)),
    by: demands.some(({ by }) => by === 'others') ? 'others' : 'anyone',
    keys: demands.some(({ keys }) => keys === 'hardware') ? 'hardware' : 'any',
    prompter: demands.some(({ prompter }) => prompter === 'not-alone') ? 'not-alone' : 'counts',
    reading: {
      share: Math.max(0, ...demands.map(({ reading }) => reading?.share ?? 0)),
      seconds: Math.max(0, ...demands.map(({ reading }) => reading?.seconds ?? 0)),
      ...(pace !== undefined && { pace }),
    },
    answers: answersAsked(demands.flatMap(({ answers }) => (answers === undefined ? [] : [answers]))),
    bulk: demands.some(({ bulk }) => bulk === 'refused') ? 'refused' : 'allowed',
  };
}

/** The most that is asked for; `own` where nothing is said. */
function answersAsked(said: readonly Requirement['answers'][]): Requirement['answers'] {
  return ANSWERS[Math.max(...said.map((each) => ANSWERS.indexOf(each)))] ?? 'own';
}

/** The JSON Schema of the policy, for the editor. */
export function policySchema(): object {
  return { title: 'Vetmark policy', description: 'What has to be vetted, by whom, and how. The gate reads it from the base commit.', ...z.toJSONSchema(schema, { target: 'draft-7' }) };
}

function matches(path: RepoPath, pattern: string): boolean {
  return minimatch(path, pattern, { dot: true, noext: true, nonegate: true, nocomment: true });
}

function jsonPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}.${String(key)}`), '$');
}
