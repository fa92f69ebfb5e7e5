/** The verdict: each row is a change and what the gate says of it. */
import assert from 'node:assert/strict';
import { digestOf } from '#core/digest';
import type { Finding, Masked } from '#core/finding';
import { exitCode, judge, type GateFile, type GateInput } from '#core/gate';
import type { RepoPath } from '#core/path';
import { DEFAULT_POLICY } from '#core/policy';
import type { CheckedReview, Claim, Review } from '#core/review';
import type { Unit } from '#core/unit';

const TEXT = 'export function total(items: Item[]): number { return sum(items); }\nexport const small = 1;\n';
const END = TEXT.indexOf('\n');
const LONG: Unit = { range: { start: 0, end: END }, digest: digestOf('long'), label: 'function total', whole: true };
const SHORT: Unit = { range: { start: END + 1, end: TEXT.length - 1 }, digest: digestOf('short'), label: 'const small', whole: false };
const PATH = 'src/orders.ts' as RepoPath;

const file = (over: Partial<GateFile> = {}): GateFile => ({ path: PATH, text: TEXT, units: [LONG], before: [], findings: [], problems: [], agents: [], ...over });
const review = (unit: Unit, over: Partial<Review> & { path?: string; claim?: Claim } = {}): Review => {
  const { path = PATH, claim = 'vetted', ...rest } = over;
  return { units: [{ path: path as RepoPath, label: unit.label, digest: unit.digest, claim, agents: [] }], reviewer: 'ada@example.org', at: '2026-11-24T12:00:00Z', answers: [], openFindings: [], waivers: [], tool: { name: 'vetmark', version: '0.1.0' }, ...rest };
};
const FILE = '.vetmark/reviews/01.json' as RepoPath;
const trusted = (...args: Parameters<typeof review>): CheckedReview => ({ kind: 'trusted', file: FILE, review: review(...args) });
const refused = (reason: 'signature-invalid' | 'reviewer-unknown' | 'record-corrupt', claimed?: Review): CheckedReview => ({ kind: 'refused', file: FILE, reason, message: reason, ...(claimed && { claimed }) });
const finding = (over: Partial<Finding> = {}): Finding => ({ rule: 'no-sql-injection', range: { start: 10, end: 20 }, severity: 'high', confidence: 'proven', message: 'm' as Masked, why: 'w', advice: 'a', cwe: [89], owasp: [], print: digestOf('print'), fixes: [], ...over });
const waived = (until: string): CheckedReview => trusted(LONG, { waivers: [{ print: digestOf('print'), reason: 'known', until }] });
const policy = (over: object): GateInput['policy'] => ({ kind: 'policy', policy: { ...DEFAULT_POLICY, ...over } });

function said(over: Partial<GateInput>): string {
  const verdict = judge({ files: [file()], unreadable: [], reviews: [], policy: policy({}), now: '2026-11-24T12:00:00Z', ...over });
  return verdict.outcome === 'pass' ? '0' : `${exitCode(verdict)} ${verdict.reasons.map(({ kind }) => kind).join(', ')}`;
}

describe('the gate', () => {
  for (const [title, input, expected] of [
    ['passes a change that adds nothing', { files: [] }, '0'],
    ['passes an empty file', { files: [file({ units: [], text: '' })] }, '0'],
    ['blocks what nobody vetted', {}, '1 unreviewed'],
    ['passes what was vetted', { reviews: [trusted(LONG)] }, '0'],
    ['passes what its author signed as written', { reviews: [trusted(LONG, { claim: 'written' })] }, '0'],
    ['passes what stood there before', { files: [file({ before: [LONG.digest] })] }, '0'],
    ['blocks the one unit that is not vetted', { files: [file({ units: [LONG, SHORT] })], reviews: [trusted(LONG)] }, '1 unreviewed'],
    ['says that vetted code changed', { reviews: [trusted({ ...LONG, digest: digestOf('older') })] }, '1 changed-since-review'],
    ['keeps a review of code that moved to another file', { reviews: [trusted(LONG, { path: 'src/elsewhere.ts' })] }, '0'],
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
    ['passes a finding in code that stood there before', { files: [file({ findings: [finding()], before: [LONG.digest] })] }, '0'],
    ['blocks a finding whose path starts in added code', { files: [file({ units: [LONG, SHORT], before: [LONG.digest], findings: [finding({ trace: [{ range: { start: END + 2, end: END + 5 }, message: 'm' as Masked }] })] })], reviews: [trusted(SHORT)] }, '1 finding'],
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
  ] as [string, Partial<GateInput>, string][]) {
    it(title, () => assert.equal(said(input), expected));
  }
});
