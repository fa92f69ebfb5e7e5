/** The gate's verdict for people, for programs and as SARIF: reasons grouped by what is to be done about them. */
import type { Finding } from '#core/finding';
import { exitCode, type GateFile, type Reason } from '#core/gate';
import { lineStarts, linesOf } from '#core/text';
import type { Format } from '../options.ts';
import { printable, type Terminal } from '../terminal.ts';
import { rulePage, type Judged } from '../report.ts';
import { quotable } from './frame.ts';
import { findingText } from './pretty.ts';
import { placeWords, refusedWords, type Placed } from './reason.ts';

export async function printVerdict(judged: Judged, format: Format, terminal: Pick<Terminal, 'paint'>): Promise<string> {
  switch (format) {
    case 'pretty':
      return pretty(judged, terminal);
    case 'json':
      return json(judged);
    case 'sarif':
      return (await import('./gate-sarif.ts')).gateSarif(judged);
    case 'github':
    case 'gitlab':
    case 'junit':
      return (await import('./build-servers.ts'))[format]((await import('./notices.ts')).noticesOfVerdict(judged));
  }
}

interface Group {
  readonly title: string;
  readonly next: string;
  readonly kinds: ReadonlySet<Reason['kind']>;
}

const GROUPS: readonly Group[] = [
  { title: 'Could not judge', next: 'What cannot be judged is not let through. Mend what is named and run the gate again.', kinds: new Set(['could-not-judge', 'policy-unreadable']) },
  { title: 'Security findings', next: 'Fix them (the editor offers quick-fixes), or sign a waiver with a reason and an end date.', kinds: new Set(['finding', 'waiver-expired']) },
  { title: 'Not vetted', next: 'Open the file in the editor with Vetmark, read the code, answer the checklist and mark it vetted; commit the new files under .vetmark/reviews.', kinds: new Set(['unreviewed']) },
  { title: 'Needs more reviewers', next: 'The policy asks for more here: have the code vetted by whom it names.', kinds: new Set(['too-few-reviewers']) },
  { title: 'Not vetted as the policy asks', next: 'The policy of the base commit asks for more than these reviews say. Vet the code again as it asks.', kinds: new Set(['review-lacks']) },
  { title: 'Taken away', next: 'Code that runs when its file is loaded is gone, or runs in another order. Put it back, or have its removal vetted.', kinds: new Set(['removed']) },
  { title: 'Rolled back', next: 'The base has gone on since this state was vetted. If it is to come back, vet it again.', kinds: new Set(['rolled-back']) },
  { title: 'Changed since it was vetted', next: 'The review covers other code than this. Vet it again.', kinds: new Set(['changed-since-review']) },
  { title: 'Reviews that do not count', next: 'Vet the code again with an enrolled key. A reviewer is enrolled by `vetmark reviewers add` in a change of its own that is merged first.', kinds: new Set(['signature-invalid', 'reviewer-unknown', 'record-corrupt']) },
  { title: 'Not readable', next: 'Exclude files that nobody vets in .vetmark/policy.json, in a change of its own that is merged first.', kinds: new Set(['coverage-gap']) },
];

function pretty({ base, verdict, files, reviewers, changed }: Judged, terminal: Pick<Terminal, 'paint'>): string {
  const { paint } = terminal;
  const about = `${changed} changed file${changed === 1 ? '' : 's'} against ${base.slice(0, 12)}`;
  if (verdict.outcome === 'pass') return `${paint('green', 'Passed')}: ${about}; ${changed === 0 ? 'nothing is added' : 'what they add is vetted, or the policy asks for no vetting'}.\n`;
  const groups = GROUPS.map((group) => ({ group, reasons: verdict.reasons.filter(({ kind }) => group.kinds.has(kind)) })).filter(({ reasons }) => reasons.length > 0);
  const texts = groups.map(({ group, reasons }) => `${paint('bold', group.title)} (${reasons.length})\n${reasons.map((reason) => reasonText(reason, files, terminal)).join('')}  ${paint('dim', '→')} ${group.next}\n`);
  const enrol = reviewers > 0 || exitCode(verdict) === 2 ? '' : '\nNobody may vet yet: the base commit has no reviewers. Enrol one with `vetmark reviewers add <address> <key>`, in a change of its own that is merged first.\n';
  return `${texts.join('\n')}${enrol}\n${paint('red', exitCode(verdict) === 2 ? 'Could not judge' : 'Blocked')}: ${verdict.reasons.length} reason${verdict.reasons.length === 1 ? '' : 's'}, ${about}.\n`;
}

function reasonText(reason: Reason, files: readonly GateFile[], terminal: Pick<Terminal, 'paint'>): string {
  switch (reason.kind) {
    case 'unreviewed': {
      const by = reason.agents.length === 0 ? 'nobody is recorded as its author' : `recorded authors in this file: ${reason.agents.join(', ')}`;
      return `  ${place(reason, files)} ${printable(reason.label)}: nobody vetted it; ${printable(by)}\n`;
    }
    case 'changed-since-review':
    case 'rolled-back':
    case 'too-few-reviewers':
    case 'review-lacks':
    case 'removed':
      return `  ${place(reason, files)} ${printable(reason.label)}: ${printable(placeWords(reason))}\n`;
    case 'finding':
    case 'waiver-expired': {
      const file = files.find(({ path }) => path === reason.path);
      const about = reason.kind === 'waiver-expired' ? ` (its waiver ended on ${printable(reason.until)})` : reason.refused === undefined ? '' : ` (${printable(refusedWords(reason.refused))})`;
      const head = `  ${printable(reason.path)}:${reason.line}${about}\n`;
      return head + (file === undefined ? '' : findingText(reason.finding, quotable(file.text, file.findings), terminal));
    }
    case 'could-not-judge':
      return `  ${reason.path === undefined ? '' : `${printable(reason.path)}: `}${printable(reason.message)}\n`;
    case 'policy-unreadable':
    case 'coverage-gap':
    case 'signature-invalid':
    case 'reviewer-unknown':
    case 'record-corrupt':
      return `  ${printable(reason.message)}\n`;
  }
}

/** `src/cart.ts:4-19`. */
function place(reason: Placed, files: readonly GateFile[]): string {
  const file = files.find(({ path }) => path === reason.path);
  const { from, to } = file === undefined ? { from: reason.line - 1, to: reason.line - 1 } : linesOf(lineStarts(file.text), reason.range);
  return `${printable(reason.path)}:${from + 1}${to > from ? `-${to + 1}` : ''}`;
}

/** No code is quoted, so no secret can be in it. */
function json({ base, head, shard, verdict, changed, ruleSet }: Judged): string {
  const reasons = verdict.outcome === 'pass' ? [] : verdict.reasons.map((reason) => ('finding' in reason ? { ...reason, finding: findingJson(reason.finding) } : reason));
  return JSON.stringify({ version: 1, outcome: verdict.outcome, exitCode: exitCode(verdict), base, head, ...(shard !== undefined && { shard }), changed, ruleSet, reasons }, undefined, 2) + '\n';
}

function findingJson({ rule, severity, confidence, message, why, advice, cwe, owasp, print }: Finding): object {
  return { rule, page: rulePage(rule), severity, confidence, message, why, advice, cwe, owasp, fingerprint: print };
}
