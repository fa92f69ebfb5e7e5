/** The commands of lists, comparing and fixing. None of them signs anything (invariant 4): they show, arrange, compare and apply fixes, whose text is untrusted as before. */
import * as vscode from 'vscode';
import { applyFix, fixAllOf, type FixParts } from '../findings/fixing.ts';
import { Disposables } from '../disposable.ts';
import { announce, heard } from '../review/announce.ts';
import { chosen } from '../review/chosen.ts';
import type { GoOn } from '../review/go-on.ts';
import { goTo } from '../review/navigate.ts';
import type { RegionEntry, Registry } from '../review/registry.ts';
import type { RegionTree } from '../review/tree.ts';
import type { WhatChanged } from '../review/what-changed.ts';
import { findingsWord } from '../review/words.ts';
import type { ViewCommandId } from '../contributes.ts';
import type { FindingNode } from './findings-view.ts';
import type { GapNode, GapsView } from './gaps-view.ts';

export interface ViewParts extends FixParts {
  readonly registry: Registry;
  readonly regions: RegionTree;
  readonly gaps: GapsView;
  readonly whatChanged: WhatChanged;
  readonly goOn: GoOn;
}

export function registerViewCommands(parts: ViewParts): vscode.Disposable {
  const { registry, regions, gaps, whatChanged, goOn } = parts;
  const first = (argument: unknown, all: unknown): RegionEntry | undefined => chosen(registry, argument, all)[0];
  const compare = async (entry: RegionEntry | undefined, way: 'before' | 'vetted'): Promise<void> => {
    if (entry === undefined) return announce(vscode.l10n.t('There is no region to vet at the cursor.'));
    await (way === 'vetted' && entry.state === 'changed' ? whatChanged.sinceVetted(entry) : whatChanged.sinceBefore(entry));
  };
  const commands: Readonly<Record<ViewCommandId, (argument: unknown, all: unknown) => unknown>> = {
    'vetmark.next': (argument) => (heard(argument), goTo(registry, 'next')),
    'vetmark.previous': (argument) => (heard(argument), goTo(registry, 'previous')),
    'vetmark.vetAndGoOn': (argument, all) => goOn.start(first(argument, all)),
    'vetmark.whatChanged': (argument, all) => compare(first(argument, all), 'before'),
    'vetmark.changedSinceVetted': (argument, all) => compare(first(argument, all), 'vetted'),
    'vetmark.groupByFile': () => regions.groupBy('file'),
    'vetmark.groupByRisk': () => regions.groupBy('risk'),
    'vetmark.groupByAgent': () => regions.groupBy('agent'),
    'vetmark.filter': () => regions.filter(),
    'vetmark.clearFilter': () => regions.clearFilter(),
    'vetmark.applyFix': (argument) => fixOne(parts, argument),
    'vetmark.fixAllOfKind': (argument) => fixKind(parts, argument),
    'vetmark.explainFinding': (argument) => explain(argument),
    'vetmark.copyFinding': (argument, all) => copy(argument, all),
    'vetmark.waiveFinding': (argument) => hand(argument, ({ finding }) => ['vetmark.waive', finding.print]),
    'vetmark.sendBackFinding': (argument) => hand(argument, ({ document, finding }) => ['vetmark.sendBack', holding(registry, document.uri, finding.print)?.key]),
    'vetmark.settleGap': (argument) => gaps.settle(argument as GapNode | undefined),
    'vetmark.refreshGaps': () => gaps.refresh(),
  };
  const disposables = new Disposables();
  for (const [name, run] of Object.entries(commands)) disposables.add(vscode.commands.registerCommand(name, run));
  return disposables;
}

type FindingRow = Extract<FindingNode, { kind: 'finding' }>;

function findingRow(argument: unknown): FindingRow | undefined {
  const node = argument as Partial<FindingRow> | null | undefined;
  return node?.kind === 'finding' && node.finding !== undefined && node.document !== undefined ? (node as FindingRow) : undefined;
}

async function fixOne(parts: FixParts, argument: unknown): Promise<void> {
  const row = findingRow(argument);
  if (row === undefined) return;
  const { document, finding } = row;
  const at = document.positionAt(finding.range.start);
  await vscode.window.showTextDocument(document.uri, { selection: new vscode.Range(at, at) });
  if (!(await applyFix(parts, document.uri, finding.print, 0))) announce(vscode.l10n.t('The code changed meanwhile; try the fix again in a moment.'));
}

async function fixKind(parts: FixParts, argument: unknown): Promise<void> {
  const rule = typeof argument === 'string' ? argument : (findingRow(argument)?.finding.rule ?? (await chooseRule(parts)));
  if (rule === undefined) return;
  const title = vscode.l10n.t('Fixing {0}', rule);
  const { fixed, documents, left } = await vscode.window.withProgress({ location: { viewId: 'vetmark.findings' }, title }, () => fixAllOf(parts, rule));
  const rest = left === 0 ? '' : ` ${vscode.l10n.t('Left without a fix that helps: {0}.', findingsWord(left))}`;
  const done = documents === 1 ? vscode.l10n.t('Fixed: {0}, in 1 file. The code still waits to be vetted.', findingsWord(fixed)) : vscode.l10n.t('Fixed: {0}, in {1} files. The code still waits to be vetted.', findingsWord(fixed), documents);
  announce(`${fixed === 0 ? vscode.l10n.t('No fix of {0} could be applied.', rule) : done}${rest}`);
}

/** From the palette: which rule? Only those that something can be fixed of. */
async function chooseRule({ store }: FixParts): Promise<string | undefined> {
  const rules = new Set(store.documents.flatMap((uri) => store.get(uri).findings.filter(({ fixes }) => fixes.length > 0).map(({ rule }) => rule)));
  if (rules.size === 0) {
    announce(vscode.l10n.t('No finding has a fix.'));
    return undefined;
  }
  return vscode.window.showQuickPick([...rules].sort(), { title: vscode.l10n.t('Fix all findings of which rule in untrusted code?') });
}

async function explain(argument: unknown): Promise<void> {
  const row = findingRow(argument);
  if (row !== undefined) await vscode.commands.executeCommand('vetmark.explainRule', row.finding.rule);
}

/** Hands a finding's row on to the command that decides. */
async function hand(argument: unknown, to: (row: FindingRow) => readonly [command: string, argument: string | undefined]): Promise<void> {
  const row = findingRow(argument);
  const [command, about] = row === undefined ? [] : to(row);
  if (command !== undefined && about !== undefined) await vscode.commands.executeCommand(command, about);
}

function holding(registry: Registry, uri: vscode.Uri, print: string): RegionEntry | undefined {
  return registry.standing(uri).find(({ findings }) => findings.some((finding) => finding.print === print));
}

async function copy(argument: unknown, all: unknown): Promise<void> {
  const rows = (Array.isArray(all) && all.length > 0 ? all : [argument]).flatMap((node) => findingRow(node) ?? []);
  if (rows.length === 0) return;
  await vscode.env.clipboard.writeText(rows.map(({ document, finding }) => `${vscode.workspace.asRelativePath(document.uri)}:${document.positionAt(finding.range.start).line + 1}: ${finding.message} (${finding.rule})`).join('\n'));
}
