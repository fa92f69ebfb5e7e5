/** How much a region can do harm, for an order of review: what was found in it, else what its code touches. It decides nothing. */
import { l10n } from 'vscode';
import { checklistFor } from '#core/checklist';
import { SEVERITIES, type Severity } from '#core/finding';
import type { RegionEntry } from './standing.ts';
import { severityWord } from './words.ts';

/** From worst to least: a finding's severity; code that touches something risky; any other. */
export const RISKS = [...SEVERITIES, 'touches', 'plain'] as const;
export type Risk = (typeof RISKS)[number];

export function riskOf(entry: RegionEntry): Risk {
  const worst = worstOf(entry);
  if (worst !== undefined) return worst;
  return topicsOf(entry).length > 0 ? 'touches' : 'plain';
}

function worstOf({ findings }: RegionEntry): Severity | undefined {
  return SEVERITIES.find((severity) => findings.some((finding) => finding.severity === severity));
}

/** A heading of a list ordered by risk. */
export function riskWord(risk: Risk): string {
  switch (risk) {
    case 'touches':
      return l10n.t('Touches something risky');
    case 'plain':
      return l10n.t('Nothing risky seen');
    default:
      return l10n.t('With findings: {0}', severityWord(risk));
  }
}

/** One line for a region: how risky it is and why; empty where nothing says that it is. */
export function riskLine(entry: RegionEntry): string {
  const topics = topicsOf(entry).map(topicWord).join(', ');
  const worst = worstOf(entry);
  if (worst !== undefined) return topics === '' ? l10n.t('Risk: {0} finding.', severityWord(worst)) : l10n.t('Risk: {0} finding. It touches {1}.', severityWord(worst), topics);
  return topics === '' ? '' : l10n.t('It touches {0}.', topics);
}

/** Topics of regions by their content, so that the words are looked for once. */
const known = new Map<string, readonly string[]>();
const MOST_KNOWN = 20_000;

function topicsOf({ region, tracked: { text: { text } } }: RegionEntry): readonly string[] {
  const before = known.get(region.id);
  if (before !== undefined) return before;
  const code = text.slice(region.range.start, region.range.end);
  const topics = checklistFor({ text: code, range: { start: 0, end: code.length }, findings: [], items: [] }).map(({ id }) => id).filter((id) => TOPICS.has(id));
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(region.id, topics);
  return topics;
}

/** Those of the checklist that speak of danger. */
const TOPICS = new Set(['sql', 'shell', 'code', 'files', 'network', 'html', 'deserialization', 'access', 'secrets', 'crypto', 'money', 'personal-data', 'concurrency', 'dependencies', 'infrastructure', 'ci']);

function topicWord(topic: string): string {
  switch (topic) {
    case 'sql':
      return 'SQL';
    case 'shell':
      return l10n.t('a shell');
    case 'code':
      return l10n.t('code made of text');
    case 'files':
      return l10n.t('the file system');
    case 'network':
      return l10n.t('the network');
    case 'html':
      return 'HTML';
    case 'deserialization':
      return l10n.t('deserialization');
    case 'access':
      return l10n.t('who may do what');
    case 'secrets':
      return l10n.t('credentials');
    case 'crypto':
      return l10n.t('cryptography');
    case 'money':
      return l10n.t('money');
    case 'personal-data':
      return l10n.t('personal data');
    case 'concurrency':
      return l10n.t('concurrency');
    case 'dependencies':
      return l10n.t('dependencies');
    case 'infrastructure':
      return l10n.t('infrastructure');
    case 'ci':
      return 'CI';
    default:
      return topic;
  }
}
