/** The verdict: each row is a change and what the gate says of it. */
import assert from 'node:assert/strict';
import type { Standing } from '#core/coverage';
import { digestOf, type Digest } from '#core/digest';
import type { Finding, Masked } from '#core/finding';
import { exitCode, judge, type GateFile, type GateInput } from '#core/gate';
import type { RepoPath } from '#core/path';
import { DEFAULT_POLICY } from '#core/policy';
import type { CheckedReview, Claim, Review } from '#core/review';
import { unitsOf, type Unit } from '#core/unit';

const TEXT = 'export function total(items: Item[]): number { return sum(items); }\nexport const small = 1;\n';
const END = TEXT.indexOf('\n');
const LONG: Unit = { range: { start: 0, end: END }, digest: digestOf('long'), label: 'function total', whole: true, runs: false };
const SHORT: Unit = { range: { start: END + 1, end: TEXT.length - 1 }, digest: digestOf('short'), label: 'const small', whole: false, runs: false };
const PATH = 'src/orders.ts' as RepoPath;

const file = (over: Partial<GateFile> = {}): GateFile => ({ path: PATH, text: TEXT, units: [LONG], before: [], findings: [], problems: [], agents: [], ...over });
const review = (unit: Unit, over: Partial<Review> & { path?: string; claim?: Claim } = {}): Review => {
  const { path = PATH, claim = 'vetted', ...rest } = over;
  return { units: [{ path: path as RepoPath, label: unit.label, digest: unit.digest, claim, agents: [] }], reviewer: 'ada@example.org', at: '2026-11-24T12:00:00Z', answers: [], openFindings: [], waivers: [], tool: { name: 'vetmark', version: '0.1.0' }, ...rest };
};
const RUNS: Unit = { ...LONG, digest: digestOf('runs'), label: 'statement app.use', whole: false, runs: true };
const MEMBER: Unit = { ...LONG, digest: digestOf('member'), label: 'class Api / wipe' };
const CLASSES: readonly Unit[] = ['class Api', 'class Admin'].map((label) => ({ ...SHORT, digest: digestOf(label), label }));
const ELSEWHERE = 'src/elsewhere.ts' as RepoPath;
const FILE = '.vetmark/reviews/01.json' as RepoPath;
/** A record that the base has already. */
const settled = (...args: Parameters<typeof review>): CheckedReview => ({ kind: 'trusted', file: FILE, review: review(...args), settled: true });
/** A record by somebody with a key of their own. */
const by = (reviewer: string, key: string, claim: Claim = 'vetted'): CheckedReview => ({ kind: 'trusted', file: FILE, review: review(LONG, { reviewer, claim }), key });
const twice = (index: number): CheckedReview => {
  const { units, ...rest } = review(LONG);
  return { kind: 'trusted', file: FILE, review: { ...rest, units: units.map((unit) => ({ ...unit, occurrence: { index, of: 2 } })) } };
};
const holding = (...units: readonly Unit[]): ReadonlySet<Digest> => new Set(units.map(({ digest }) => digest));
const trusted = (...args: Parameters<typeof review>): CheckedReview => ({ kind: 'trusted', file: FILE, review: review(...args) });
const refused = (reason: 'signature-invalid' | 'reviewer-unknown' | 'record-corrupt', claimed?: Review): CheckedReview => ({ kind: 'refused', file: FILE, reason, message: reason, ...(claimed && { claimed }) });
const finding = (over: Partial<Finding> = {}): Finding => ({ rule: 'no-sql-injection', range: { start: 10, end: 20 }, severity: 'high', confidence: 'proven', message: 'm' as Masked, why: 'w', advice: 'a', cwe: [89], owasp: [], print: digestOf('print'), fixes: [], ...over });
const waived = (until: string): CheckedReview => trusted(LONG, { waivers: [{ print: digestOf('print'), reason: 'known', until }] });
const policy = (over: object): GateInput['policy'] => ({ kind: 'policy', policy: { ...DEFAULT_POLICY, ...over } });

const demanding = (demand: object): GateInput['policy'] => policy({ require: [{ paths: '**', ...demand }] });
const changedUnits = (over: object, more: Partial<Review> = {}): Review => {
  const { units, ...rest } = review(LONG, more);
  return { ...rest, units: units.map((unit) => ({ ...unit, ...over })) };
};
/** A claim on somebody's word alone. */
const word = (claim: Claim, agents: readonly string[] = []): CheckedReview => ({ kind: 'trusted', file: FILE, review: changedUnits({ claim, agents }, { reason: 'from my other machine' }) });
const read = (share: number, seconds: number): CheckedReview => ({ kind: 'trusted', file: FILE, review: changedUnits({ reading: { share, seconds } }) });
/** A record by somebody in whose editor the agent worked. */
const asked = (reviewer: string, key: string): CheckedReview => ({ kind: 'trusted', file: FILE, key, review: changedUnits({ prompted: true }, { reviewer }) });

const at = (path: string, standing: Standing): ReadonlyMap<RepoPath, Standing> => new Map([[path as RepoPath, standing]]);

function said(over: Partial<GateInput>): string {
  const verdict = judge({ files: [file()], unreadable: [], gone: [], elsewhere: new Map(), authors: [], reviews: [], policy: policy({}), now: '2026-11-24T12:00:00Z', ...over });
  return verdict.outcome === 'pass' ? '0' : `${exitCode(verdict)} ${verdict.reasons.map(({ kind }) => kind).join(', ')}`;
}

describe('the gate', () => {
  for (const [title, input, expected] of [
    ['passes a change that adds nothing', { files: [] }, '0'],
    ['passes an empty file', { files: [file({ units: [], text: '' })] }, '0'],
    ['blocks what nobody vetted', {}, '1 unreviewed'],
    ['passes what was vetted', { reviews: [trusted(LONG)] }, '0'],
    ['passes what its author signed as written', { reviews: [trusted(LONG, { claim: 'written' })] }, '0'],
    ['passes what stood there before', { files: [file({ before: [LONG] })] }, '0'],
    ['blocks the one unit that is not vetted', { files: [file({ units: [LONG, SHORT] })], reviews: [trusted(LONG)] }, '1 unreviewed'],
    ['says that vetted code changed', { reviews: [trusted({ ...LONG, digest: digestOf('older') })] }, '1 changed-since-review'],
    ['keeps a review of code that moved to another file', { reviews: [trusted(LONG, { path: 'src/elsewhere.ts' })], elsewhere: at('src/elsewhere.ts', {}) }, '0'],
    ['does not keep a review of a short line that moved to another file', { files: [file({ units: [SHORT] })], reviews: [trusted(SHORT, { path: 'src/elsewhere.ts' })] }, '1 unreviewed'],
    ['keeps a review of a short line in its file', { files: [file({ units: [SHORT] })], reviews: [trusted(SHORT)] }, '0'],
    ['names a bad signature', { reviews: [refused('signature-invalid', review(LONG))] }, '1 unreviewed, signature-invalid'],
    ['names an unknown reviewer', { reviews: [refused('reviewer-unknown', review(LONG))] }, '1 unreviewed, reviewer-unknown'],
    ['names a corrupt record', { reviews: [refused('record-corrupt')] }, '1 unreviewed, record-corrupt'],
    ['leaves refused records of other code alone', { reviews: [refused('signature-invalid', review(SHORT))] }, '1 unreviewed'],
    ['leaves a corrupt record alone when all is covered', { reviews: [trusted(LONG), refused('record-corrupt')] }, '0'],
    ['blocks a finding at the threshold, vetted or not', { files: [file({ findings: [finding()] })], reviews: [trusted(LONG)] }, '1 finding'],
    ['blocks a finding above the threshold', { files: [file({ findings: [finding({ severity: 'critical' })] })], reviews: [trusted(LONG)] }, '1 finding'],
    ['passes a finding below the threshold', { files: [file({ findings: [finding({ severity: 'medium' })] })], reviews: [trusted(LONG)] }, '0'],
    ['takes the threshold from the policy', { files: [file({ findings: [finding({ severity: 'medium' })] })], reviews: [trusted(LONG)], policy: policy({ threshold: 'low' }) }, '1 finding'],
    ['passes a finding in code that stood there before', { files: [file({ findings: [finding()], before: [LONG] })] }, '0'],
    ['blocks a finding whose path starts in added code', { files: [file({ units: [LONG, SHORT], before: [LONG], findings: [finding({ trace: [{ range: { start: END + 2, end: END + 5 }, message: 'm' as Masked }] })] })], reviews: [trusted(SHORT)] }, '1 finding'],
    ['passes a waived finding on the waiver\'s last day', { files: [file({ findings: [finding()] })], reviews: [waived('2026-11-24')] }, '0'],
    ['blocks a finding the day after', { files: [file({ findings: [finding()] })], reviews: [waived('2026-11-23')] }, '1 waiver-expired'],
    ['takes no waiver from a refused record', { files: [file({ findings: [finding()] })], reviews: [trusted(LONG), refused('signature-invalid', review(SHORT, { waivers: [{ print: digestOf('print'), reason: 'r', until: '2027-01-01' }] }))] }, '1 finding'],
    ['could not judge what analysis could not', { files: [file({ problems: [{ where: 'parse', message: 'm' as Masked }] })], reviews: [trusted(LONG)] }, '2 could-not-judge'],
    ['could not judge wins over blocked', { files: [file({ problems: [{ where: 'parse', message: 'm' as Masked }] })] }, '2 could-not-judge, unreviewed'],
    ['could not judge by a policy that cannot be read', { policy: { kind: 'unreadable', message: 'm' } }, '2 policy-unreadable'],
    ['blocks what it cannot read', { files: [], unreadable: [{ path: 'logo.png' as RepoPath, why: 'it is binary' }] }, '1 coverage-gap'],
    ['passes what the policy excludes', { files: [file({ path: 'gen/a.ts' as RepoPath })], unreadable: [{ path: 'gen/a.bin' as RepoPath, why: 'it is binary' }], policy: policy({ exclude: ['gen/**'] }) }, '0'],
    ['trusts unattributed code only where the policy says so', { policy: policy({ unattributed: 'trusted' }) }, '0'],
    ['never trusts code that a record says an agent wrote', { files: [file({ agents: ['claude-code'] })], policy: policy({ unattributed: 'trusted' }) }, '1 unreviewed'],
    ['never excuses Vetmark\'s own policy and reviewers', { files: [file({ path: '.vetmark/reviewers' as RepoPath }), file({ path: '.vetmark/policy.json' as RepoPath })] }, '1 unreviewed, unreviewed'],
    ['does not take a copy for a move', { reviews: [trusted(LONG, { path: ELSEWHERE })], elsewhere: at(ELSEWHERE, { head: holding(LONG) }) }, '1 unreviewed'],
    ['lets one place move to one place only', { files: [file(), file({ path: 'src/second.ts' as RepoPath })], reviews: [trusted(LONG, { path: ELSEWHERE })], elsewhere: at(ELSEWHERE, {}) }, '1 unreviewed'],
    ['takes nothing for moved when it does not know what stands there', { reviews: [trusted(LONG, { path: ELSEWHERE })] }, '1 unreviewed'],
    ['does not take prose that was vetted for code', { reviews: [trusted(LONG, { path: 'notes.md' })], elsewhere: at('notes.md', { base: holding(LONG) }) }, '1 unreviewed'],
    ['does not keep a review of code that runs in another file', { files: [file({ units: [RUNS], before: [LONG] })], reviews: [trusted(RUNS, { path: ELSEWHERE })], elsewhere: at(ELSEWHERE, {}) }, '1 unreviewed'],
    ['keeps the reviews of a file that was renamed after them', { files: [file({ units: [RUNS, LONG, SHORT] })], reviews: [trusted(RUNS, { path: ELSEWHERE }), trusted(LONG, { path: ELSEWHERE }), trusted(SHORT, { path: ELSEWHERE })], elsewhere: at(ELSEWHERE, {}) }, '0'],
    ['does not know a file again that only runs', { files: [file({ units: [RUNS] })], reviews: [trusted(RUNS, { path: ELSEWHERE })], elsewhere: at(ELSEWHERE, {}) }, '1 unreviewed'],
    ['does not take a file for renamed that lacks some of what was vetted', { files: [file({ units: [RUNS, LONG] })], reviews: [trusted(RUNS, { path: ELSEWHERE }), trusted(LONG, { path: ELSEWHERE }), trusted(SHORT, { path: ELSEWHERE })], elsewhere: at(ELSEWHERE, {}) }, '1 unreviewed'],
    ['blocks a second copy in the same file', { files: [file({ units: [LONG, LONG] })], reviews: [trusted(LONG)] }, '1 unreviewed, unreviewed'],
    ['blocks a second copy of what stood there before', { files: [file({ units: [LONG, LONG], before: [LONG] })], reviews: [trusted(LONG)] }, '1 unreviewed'],
    ['passes a second copy that was vetted as the second', { files: [file({ units: [LONG, LONG], before: [LONG] })], reviews: [twice(1)] }, '0'],
    ['blocks what was vetted before the base went on', { reviews: [settled(LONG)] }, '1 rolled-back'],
    ['keeps a settled review of what the base holds elsewhere, and moves', { reviews: [settled(LONG, { path: ELSEWHERE })], elsewhere: at(ELSEWHERE, { base: holding(LONG) }) }, '0'],
    ['keeps a settled review of what the base has there, when a merged branch goes on', { reviews: [settled(LONG)], elsewhere: at(PATH, { head: holding(LONG), base: holding(LONG) }) }, '0'],
    ['blocks a second copy of it', { files: [file({ units: [LONG, LONG], before: [LONG] })], reviews: [settled(LONG)], elsewhere: at(PATH, { head: holding(LONG), base: holding(LONG) }) }, '1 unreviewed'],
    ['blocks what was vetted elsewhere before the base went on', { reviews: [settled(LONG, { path: ELSEWHERE })], elsewhere: at(ELSEWHERE, { base: holding(SHORT) }) }, '1 unreviewed'],
    ['blocks a member that went over to another class', { files: [file({ units: [...CLASSES, { ...MEMBER, label: 'class Admin / wipe' }], before: [...CLASSES, MEMBER] })] }, '1 unreviewed'],
    ['does not take a review of a member for one of another class\'s', { files: [file({ units: [...CLASSES, { ...MEMBER, label: 'class Admin / wipe' }], before: CLASSES })], reviews: [trusted(MEMBER)] }, '1 unreviewed'],
    ['keeps the reviews of members of a class that was renamed', { files: [file({ units: [CLASSES[1]!, { ...MEMBER, label: 'class Admin / wipe' }], before: [CLASSES[1]!, MEMBER] })] }, '0'],
    ['blocks one closing bracket more where it is a paragraph of its own', { files: [file({ text: 'a {\n\n}\n\n}\n', units: unitsOf('a {\n\n}\n\n}\n', 'go'), before: unitsOf('a {\n\n}\n', 'go') })] }, '1 unreviewed'],
    ['passes the closing brace of one class more', { files: [file({ text: 'class A {\n}\nclass B {\n}\n', units: unitsOf('class A {\n}\nclass B {\n}\n', 'typescript'), before: unitsOf('class A {\n}\n', 'typescript') })], reviews: unitsOf('class A {\n}\nclass B {\n}\n', 'typescript').slice(0, 3).map((unit) => trusted(unit)) }, '0'],
    ['blocks what ran and is gone', { files: [file({ units: [], before: [RUNS] })] }, '1 removed'],
    ['passes it when somebody signed for that', { files: [file({ units: [], before: [RUNS] })], reviews: [trusted(RUNS, { claim: 'removed' })] }, '0'],
    ['does not take that for a review of the code', { files: [file({ units: [RUNS], before: [] })], reviews: [trusted(RUNS, { claim: 'removed' })] }, '1 unreviewed'],
    ['does not take a removal that was vetted before the base went on', { files: [file({ units: [], before: [RUNS] })], reviews: [settled(RUNS, { claim: 'removed' })] }, '1 removed'],
    ['blocks a deleted file that ran', { files: [], gone: [{ path: PATH, before: [RUNS, LONG] }] }, '1 removed'],
    ['passes a deleted file that only declared', { files: [], gone: [{ path: PATH, before: [LONG] }] }, '0'],
    ['passes removals where the policy says so', { files: [file({ units: [], before: [RUNS] })], policy: policy({ removals: 'free' }) }, '0'],
    ['asks for a second reviewer where the policy does', { reviews: [by('ada@example.org', 'ssh-ed25519 A')], policy: policy({ require: [{ paths: 'src/**', reviewers: 2 }] }) }, '1 too-few-reviewers'],
    ['passes with a second reviewer', { reviews: [by('ada@example.org', 'ssh-ed25519 A'), by('bob@example.org', 'ssh-ed25519 B')], policy: policy({ require: [{ paths: 'src/**', reviewers: 2 }] }) }, '0'],
    ['takes one person who signs twice for one', { reviews: [by('ada@example.org', 'ssh-ed25519 A'), by('Ada@example.org', 'ssh-ed25519 B')], policy: policy({ require: [{ paths: 'src/**', reviewers: 2 }] }) }, '1 too-few-reviewers'],
    ['takes one key under two names for one', { reviews: [by('ada@example.org', 'ssh-ed25519 A'), by('bob@example.org', 'ssh-ed25519 A')], policy: policy({ require: [{ paths: 'src/**', reviewers: 2 }] }) }, '1 too-few-reviewers'],
    ['does not ask for a second reviewer elsewhere', { reviews: [by('ada@example.org', 'ssh-ed25519 A')], policy: policy({ require: [{ paths: 'lib/**', reviewers: 2 }] }) }, '0'],
    ['does not count the author where the policy asks for others', { reviews: [by('ada@example.org', 'ssh-ed25519 A')], authors: ['ADA@example.org'], policy: policy({ require: [{ paths: '**', by: 'others' }] }) }, '1 too-few-reviewers'],
    ['does not count who says they wrote it where the policy asks for others', { reviews: [by('ada@example.org', 'ssh-ed25519 A', 'written')], policy: policy({ require: [{ paths: '**', by: 'others' }] }) }, '1 too-few-reviewers'],
    ['counts a hardware key where the policy asks for one', { reviews: [by('ada@example.org', 'sk-ssh-ed25519@openssh.com A')], policy: policy({ require: [{ paths: '**', keys: 'hardware' }] }) }, '0'],
    ['does not count another key there', { reviews: [by('ada@example.org', 'ssh-ed25519 A')], policy: policy({ require: [{ paths: '**', keys: 'hardware' }] }) }, '1 too-few-reviewers'],
    ['takes no waiver from a record of another file', { files: [file({ findings: [finding()] })], reviews: [trusted(LONG), trusted(SHORT, { path: ELSEWHERE, waivers: [{ print: digestOf('print'), reason: 'r', until: '2027-01-01' }] })] }, '1 finding'],
    ['takes no waiver for another file of the same record', { files: [file({ findings: [finding()] })], reviews: [trusted(LONG, { waivers: [{ print: digestOf('print'), path: ELSEWHERE, reason: 'r', until: '2027-01-01' }] })] }, '1 finding'],
    ['takes no waiver for another rule', { files: [file({ findings: [finding()] })], reviews: [trusted(LONG, { waivers: [{ print: digestOf('print'), rule: 'no-slow-regex', reason: 'r', until: '2027-01-01' }] })] }, '1 finding'],
    ['takes a waiver for this rule in this file', { files: [file({ findings: [finding()] })], reviews: [trusted(LONG, { waivers: [{ print: digestOf('print'), rule: 'no-sql-injection', path: PATH, reason: 'r', until: '2027-01-01' }] })] }, '0'],
    ['ends a waiver when the policy does', { files: [file({ findings: [finding()] })], reviews: [trusted(LONG, { at: '2026-11-01T12:00:00Z', waivers: [{ print: digestOf('print'), reason: 'r', until: '2999-01-01' }] })], policy: policy({ waivers: { by: 'anyone', days: 22 } }) }, '1 waiver-expired'],
    ['takes no waiver from who made the change where the policy forbids it', { files: [file({ findings: [finding()] })], reviews: [waived('2027-01-01')], authors: ['ada@example.org'], policy: policy({ waivers: { by: 'others' } }) }, '1 finding'],
    ['takes it from somebody else', { files: [file({ findings: [finding()] })], reviews: [waived('2027-01-01')], authors: ['bob@example.org'], policy: policy({ waivers: { by: 'others' } }) }, '0'],
    ['passes what somebody says is theirs, and no record contradicts', { reviews: [word('mine')] }, '0'],
    ['passes what somebody says no machine wrote', { reviews: [word('not-ai')] }, '0'],
    ['takes no word where the signer\'s editor recorded an agent', { reviews: [word('mine', ['claude-code'])] }, '1 review-lacks'],
    ['takes no word where an unsigned record names an agent', { files: [file({ agents: ['claude-code'] })], reviews: [word('not-ai')] }, '1 review-lacks'],
    ['takes the word all the same where the policy says so', { files: [file({ agents: ['claude-code'] })], reviews: [word('mine')], policy: policy({ claims: { mine: 'counts', notAi: 'counts' } }) }, '0'],
    ['takes no word where the policy takes none', { reviews: [word('mine')], policy: policy({ claims: { mine: 'never', notAi: 'counts' } }) }, '1 review-lacks'],
    ['does not count who says it is theirs where the policy asks for others', { reviews: [word('mine')], policy: policy({ require: [{ paths: '**', by: 'others' }] }) }, '1 too-few-reviewers'],
    ['passes what was read as the policy asks', { reviews: [read(100, 4)], policy: demanding({ reading: { share: 100, seconds: 4, pace: { lines: 30, seconds: 60 } } }) }, '0'],
    ['blocks what was read by half', { reviews: [read(99, 60)], policy: demanding({ reading: { share: 100 } }) }, '1 review-lacks'],
    ['blocks what was on screen too short', { reviews: [read(100, 3.9)], policy: demanding({ reading: { seconds: 4 } }) }, '1 review-lacks'],
    ['blocks what was read too fast', { reviews: [read(100, 1.9)], policy: demanding({ reading: { pace: { lines: 30, seconds: 60 } } }) }, '1 review-lacks'],
    ['blocks a record that does not say what was read', { reviews: [trusted(LONG)], policy: demanding({ reading: { share: 1 } }) }, '1 review-lacks'],
    ['asks for no reading of what was typed', { reviews: [trusted(LONG, { claim: 'written' })], policy: demanding({ reading: { share: 100 }, answers: 'all', bulk: 'refused' }) }, '0'],
    ['blocks a bulk review where the policy refuses it', { reviews: [trusted(LONG, { together: 12 })], policy: demanding({ bulk: 'refused' }) }, '1 review-lacks'],
    ['passes a bulk review elsewhere', { reviews: [trusted(LONG, { together: 12 })] }, '0'],
    ['blocks risky code without its answers', { files: [file({ text: TEXT })], reviews: [trusted(LONG, { answers: [{ item: 'read', answer: 'yes' }] })], policy: demanding({ answers: 'risky' }) }, '1 review-lacks'],
    ['passes risky code with its answers', { reviews: [trusted(LONG, { answers: [{ item: 'money', answer: 'yes' }] })], policy: demanding({ answers: 'risky' }) }, '0'],
    ['asks for the answers of the policy\'s own questions', { reviews: [trusted(LONG)], policy: policy({ checklist: [{ paths: '**', items: [{ id: 'ticket', question: 'Is there a ticket?' }] }] }) }, '1 review-lacks'],
    ['lets another record make up for it', { reviews: [read(10, 60), read(100, 60)], policy: demanding({ reading: { share: 100 } }) }, '0'],
    ['blocks what only the author of the prompt vetted', { reviews: [asked('ada@example.org', 'ssh-ed25519 A')], policy: demanding({ prompter: 'not-alone' }) }, '1 review-lacks'],
    ['blocks it under a second name with the same key', { reviews: [asked('ada@example.org', 'ssh-ed25519 A'), by('eve@example.org', 'ssh-ed25519 A')], policy: demanding({ prompter: 'not-alone' }) }, '1 review-lacks'],
    ['blocks what only the author of the commits vetted', { reviews: [by('ada@example.org', 'ssh-ed25519 A')], authors: ['ada@example.org'], policy: demanding({ prompter: 'not-alone' }) }, '1 review-lacks'],
    ['passes it with somebody else beside', { reviews: [asked('ada@example.org', 'ssh-ed25519 A'), by('bob@example.org', 'ssh-ed25519 B')], policy: demanding({ prompter: 'not-alone' }) }, '0'],
    ['asks nobody else for what its author typed', { reviews: [by('ada@example.org', 'ssh-ed25519 A', 'written')], authors: ['ada@example.org'], policy: demanding({ prompter: 'not-alone' }) }, '0'],
    ['passes what somebody vetted who did not ask for it', { reviews: [by('bob@example.org', 'ssh-ed25519 B')], authors: ['ada@example.org'], policy: demanding({ prompter: 'not-alone' }) }, '0'],
  ] as [string, Partial<GateInput>, string][]) {
    it(title, () => assert.equal(said(input), expected));
  }

  it('says what a review lacks', () => {
    const verdict = judge({ files: [file()], unreadable: [], gone: [], elsewhere: new Map(), authors: [], reviews: [read(40, 1)], policy: demanding({ reading: { share: 100, seconds: 2 } }), now: '2026-11-24T12:00:00Z' });
    const [reason] = verdict.outcome === 'block' ? verdict.reasons : [];
    assert.deepEqual(reason?.kind === 'review-lacks' && reason.lacks, [{ kind: 'share', wants: 100, is: 40 }, { kind: 'seconds', wants: 2, is: 1 }]);
  });
});
