/** The gate's verdict as SARIF: its findings, and one result for each further reason, so that code scanning shows both beside the change. */
import type { ReportingDescriptor, Result } from 'sarif';
import { mask } from '#analysis/mask';
import type { Reason } from '#core/gate';
import { lineStarts } from '#core/text';
import type { FileReport, Judged } from '../report.ts';
import { noticesOfVerdict } from './notices.ts';
import { messageOf, placeOf } from './reason.ts';
import { artifact, place, sarif } from './sarif.ts';

const ABOUT: Readonly<Partial<Record<Reason['kind'], string>>> = {
  unreviewed: 'Code that a change adds and that nobody vetted. It is untrusted until a person has read it and signed for it.',
  'changed-since-review': 'Code that was vetted and then changed. The review covers other code than this.',
  'rolled-back': 'Code that was vetted once, before the base branch went on. It is an older state and has to be vetted again.',
  'too-few-reviewers': 'Code that fewer people vetted than the policy demands for its path, or not those it demands.',
  'review-lacks': 'Code whose reviews lack what the policy demands for its path: reading, answers, or somebody who did not ask for it.',
  removed: 'Code that ran when its file was loaded and that a change deletes or moves, and nobody vetted that.',
  'waiver-expired': 'A finding whose waiver has ended.',
  'signature-invalid': 'A review whose signature does not hold.',
  'reviewer-unknown': 'A review by somebody who is not enrolled in the base commit.',
  'record-corrupt': 'A review record that cannot be read.',
  'coverage-gap': 'A changed file that Vetmark cannot read.',
};

export function gateSarif(judged: Judged): string {
  const { verdict, files, changed } = judged;
  const reasons = verdict.outcome === 'pass' ? [] : verdict.reasons;
  const reports = new Map<string, FileReport>(files.map(({ path, text }) => [path, { path, text, findings: [], problems: [] }]));
  const results: Result[] = [];
  const prints = noticesOfVerdict(judged).notices.map(({ print }) => print);
  for (const [index, reason] of reasons.entries()) {
    const path = 'path' in reason ? reason.path : undefined;
    const report = path === undefined ? undefined : reports.get(path);
    if (reason.kind === 'finding' && report !== undefined) reports.set(report.path, { ...report, findings: [...report.findings, reason.finding] });
    else if (reason.kind === 'could-not-judge' || reason.kind === 'policy-unreadable') {
      const at = report ?? { path: path ?? '.vetmark/policy.json', text: '', findings: [], problems: [] };
      reports.set(at.path, { ...at, problems: [...at.problems, { where: reason.kind, message: mask(reason.message, []) }] });
    } else results.push(resultOf(reason, reports, prints[index]!));
  }
  const kinds = [...new Set(results.map(({ ruleId }) => ruleId!))];
  const rules: ReportingDescriptor[] = kinds.map((id) => {
    const text = ABOUT[id.slice('gate-'.length) as Reason['kind']] ?? id;
    return { id, shortDescription: { text }, fullDescription: { text }, help: { text }, defaultConfiguration: { level: 'error' }, properties: { tags: ['security'], precision: 'very-high' } };
  });
  return sarif({ files: [...reports.values()], judged: changed, skipped: 0, threshold: 'info' }, { rules, results });
}

function resultOf(reason: Reason, files: ReadonlyMap<string, FileReport>, print: string): Result {
  const path = placeOf(reason) ?? '.';
  const text = files.get(path)?.text;
  const range = 'range' in reason ? reason.range : 'finding' in reason ? reason.finding.range : undefined;
  return {
    ruleId: `gate-${reason.kind}`,
    level: 'error',
    message: { text: messageOf(reason) },
    partialFingerprints: { 'vetmark/v1': print },
    locations: [{ physicalLocation: range === undefined || text === undefined ? { artifactLocation: artifact(path) } : place(path, lineStarts(text), range) }],
  };
}
