/** How the list "To Vet" is put in order: by file, by risk or by who wrote it; and which regions a person's words leave over. */
import * as vscode from 'vscode';
import { RISKS, type RiskLevel } from '#core/policy';
import type { Risks } from '../review/risk.ts';
import type { RegionEntry } from '../review/standing.ts';
import { mainSpan, shortAuthorOf, stateWord } from '../review/words.ts';

export const GROUPINGS = ['file', 'risk', 'agent'] as const;
export type Grouping = (typeof GROUPINGS)[number];

export interface Group {
  /** Unlike every other's in its grouping. */
  readonly id: string;
  readonly title: string;
  /** Of a file's group: the file. */
  readonly uri?: vscode.Uri;
  /** A theme icon's id. Of a file's group absent: the file's own is shown. */
  readonly icon?: string;
  readonly entries: readonly RegionEntry[];
}

/** Groups in the order they are shown; entries keep theirs. */
export function groupsOf(entries: readonly RegionEntry[], grouping: Grouping, risks: Risks): readonly Group[] {
  switch (grouping) {
    case 'file':
      return collected(entries, ({ uri }) => uri.toString()).map(([id, own]) => ({ id, title: own[0]!.name, uri: own[0]!.uri, entries: own }));
    case 'risk': {
      const byRisk = new Map(collected(entries, (entry) => risks.of(entry).level));
      return RISKS.flatMap((level) => {
        const own = byRisk.get(level);
        // Of equal risk, what analysis has something to say about comes first.
        return own === undefined ? [] : [{ id: level, title: levelWord(level), icon: LEVEL_ICONS[level], entries: [...own.filter(({ findings }) => findings.length > 0), ...own.filter(({ findings }) => findings.length === 0)] }];
      });
    }
    case 'agent':
      return collected(entries, shortAuthorOf).map(([title, own]) => ({ id: title, title, icon: authorIcon(own[0]!), entries: own })).sort((a, b) => b.entries.length - a.entries.length);
  }
}

const LEVEL_ICONS = { high: 'flame', medium: 'warning', low: 'circle-large-outline' } as const;

function levelWord(level: RiskLevel): string {
  switch (level) {
    case 'high':
      return vscode.l10n.t('High risk');
    case 'medium':
      return vscode.l10n.t('Medium risk');
    case 'low':
      return vscode.l10n.t('Low risk');
  }
}

function collected<K extends string>(entries: readonly RegionEntry[], keyOf: (entry: RegionEntry) => K): [K, RegionEntry[]][] {
  const groups = new Map<K, RegionEntry[]>();
  for (const entry of entries) {
    const key = keyOf(entry);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  return [...groups];
}

function authorIcon(entry: RegionEntry): string {
  switch (mainSpan(entry).origin.kind) {
    case 'agent':
      return 'hubot';
    case 'human':
      return 'person';
    case 'tool':
      return 'tools';
    case 'paste':
      return 'clippy';
    case 'external':
      return 'file';
    case 'unknown':
      return 'question';
  }
}

/** Entries that hold every word of a filter, in any order and case: in their name, their file, their author, their state or a finding's rule. */
export function matching(entries: readonly RegionEntry[], filter: string): readonly RegionEntry[] {
  const words = filter.toLocaleLowerCase().split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return entries;
  return entries.filter((entry) => {
    const said = [entry.label, entry.name, shortAuthorOf(entry), stateWord(entry.state), ...entry.findings.flatMap(({ rule, message }) => [rule, message])].join(' ').toLocaleLowerCase();
    return words.every((word) => said.includes(word));
  });
}

/** For menus that offer the other groupings. */
export async function tellGrouping(grouping: Grouping): Promise<void> {
  await vscode.commands.executeCommand('setContext', 'vetmark.grouping', grouping);
}
