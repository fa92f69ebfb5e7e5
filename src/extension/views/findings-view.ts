/** The list "Findings": what was found in unvetted code, worst first; below a finding its way from source to sink, step by step. */
import * as vscode from 'vscode';
import { SEVERITIES, type Finding, type Severity, type Step } from '#core/finding';
import { Debounced, Disposables } from '../disposable.ts';
import { linedOf, rangeIn, type Lined } from '../findings/diagnostics.ts';
import { findingsIn } from '../findings/shown.ts';
import type { FindingStore } from '../findings/store.ts';
import type { Registry } from '../review/registry.ts';
import { nameOf } from '../review/where.ts';
import { findingsWord, severityWord } from '../review/words.ts';
import { settings } from '../settings.ts';
import { Paced } from './paced.ts';

export type FindingNode =
  | SeverityNode
  | { readonly kind: 'finding'; readonly document: Lined; readonly finding: Finding; readonly id: string }
  | { readonly kind: 'step'; readonly document: Lined; readonly step: Step; readonly place: 'source' | 'way' | 'sink' };

interface SeverityNode {
  readonly kind: 'severity';
  readonly severity: Severity;
  rows: readonly Extract<FindingNode, { kind: 'finding' }>[];
  picture: string;
}

export class FindingsView implements vscode.TreeDataProvider<FindingNode> {
  readonly #disposables = new Disposables();
  readonly #store: FindingStore;
  readonly #registry: Registry;
  readonly #changed = this.#disposables.add(new Paced<FindingNode>());
  readonly #view: vscode.TreeView<FindingNode>;
  #groups: readonly SeverityNode[] = [];

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(store: FindingStore, registry: Registry) {
    this.#store = store;
    this.#registry = registry;
    this.#view = this.#disposables.add(vscode.window.createTreeView('vetmark.findings', { treeDataProvider: this, showCollapseAll: true, canSelectMany: true }));
    this.#changed.follow(this.#view);
    const later = this.#disposables.add(new Debounced(100, () => this.#refresh()));
    this.#disposables.addAll(
      registry.onDidChange(() => later.call()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('vetmark.findings')) later.call();
      }),
    );
  }

  #refresh(): void {
    const rows = this.#rows();
    const former = new Map(this.#groups.map((group) => [group.severity, group]));
    const changed: SeverityNode[] = [];
    const groups = SEVERITIES.flatMap((severity): SeverityNode[] => {
      const own = rows.filter(({ finding }) => finding.severity === severity);
      if (own.length === 0) return [];
      const group = former.get(severity) ?? { kind: 'severity', severity, rows: own, picture: '' };
      const picture = own.map(pictureOf).join('\n');
      if (picture !== group.picture) changed.push(group);
      group.rows = own;
      group.picture = picture;
      return [group];
    });
    const isSameShape = groups.length === this.#groups.length && groups.every((group, index) => group === this.#groups[index]);
    this.#groups = groups;
    this.#view.description = rows.length === 0 ? '' : findingsWord(rows.length);
    if (!isSameShape) this.#changed.fire(undefined);
    else for (const group of changed) this.#changed.fire(group);
  }

  #rows(): readonly Extract<FindingNode, { kind: 'finding' }>[] {
    const documents = new Map(vscode.workspace.textDocuments.map((document) => [document.uri.toString(), document]));
    const scope = settings.findingsScope();
    return this.#store.documents.flatMap((uri) => {
      const { findings } = this.#store.get(uri);
      const closed = this.#registry.standing(uri)[0]?.tracked;
      const document = documents.get(uri.toString()) ?? (findings.length > 0 && closed !== undefined ? linedOf(uri, closed.text.text) : undefined);
      if (document === undefined) return [];
      const shown = scope === 'all' ? findings : findingsIn(findings, this.#registry.openRanges(uri));
      return shown.map((finding) => ({ kind: 'finding', document, finding, id: `${uri.toString()}#${finding.print}` }) as const);
    });
  }

  getChildren(node?: FindingNode): FindingNode[] {
    this.#changed.asked(node);
    if (node === undefined) return [...this.#groups];
    switch (node.kind) {
      case 'severity':
        return [...node.rows];
      case 'finding': {
        const trace = node.finding.trace ?? [];
        return trace.map((step, index) => ({ kind: 'step', document: node.document, step, place: index === 0 ? 'source' : index === trace.length - 1 ? 'sink' : 'way' }));
      }
      case 'step':
        return [];
    }
  }

  getTreeItem(node: FindingNode): vscode.TreeItem {
    switch (node.kind) {
      case 'severity':
        return severityItem(node);
      case 'finding':
        return findingItem(node);
      case 'step':
        return stepItem(node);
    }
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

function pictureOf({ id, document, finding }: Extract<FindingNode, { kind: 'finding' }>): string {
  return `${id} ${document.positionAt(finding.range.start).line} ${finding.message} ${finding.fixes.length} ${(finding.trace ?? []).map(({ range }) => document.positionAt(range.start).line).join()}`;
}

function severityItem({ severity, rows }: SeverityNode): vscode.TreeItem {
  const item = new vscode.TreeItem(capital(severityWord(severity)), vscode.TreeItemCollapsibleState.Expanded);
  item.id = severity;
  item.description = `${rows.length}`;
  item.contextValue = 'severity';
  item.accessibilityInformation = { label: vscode.l10n.t('Severity {0}, {1}', severityWord(severity), findingsWord(rows.length)) };
  return item;
}

function findingItem({ id, document, finding }: Extract<FindingNode, { kind: 'finding' }>): vscode.TreeItem {
  const { Collapsed, None } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(finding.message, finding.trace === undefined || finding.trace.length === 0 ? None : Collapsed);
  const place = vscode.l10n.t('{0}, line {1}', nameOf(document.uri), document.positionAt(finding.range.start).line + 1);
  item.id = id;
  item.description = place;
  item.tooltip = tooltipOf(finding);
  item.iconPath = iconOf(finding.severity);
  item.contextValue = finding.fixes.length > 0 ? 'finding-fixable' : 'finding';
  item.command = openCommand(document, finding.range);
  item.accessibilityInformation = { label: [spoken(finding.message), severityWord(finding.severity), place, ...(finding.fixes.length > 0 ? [vscode.l10n.t('has a fix')] : [])].join(', ') };
  return item;
}

function capital(word: string): string {
  return word.slice(0, 1).toLocaleUpperCase() + word.slice(1);
}

/** Without the marks of code, which would be read aloud. */
function spoken(message: string): string {
  return message.replaceAll('`', '');
}

function tooltipOf({ message, why, advice, rule, cwe, owasp, fixes }: Finding): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  const tags = [rule, ...cwe.map((number) => `CWE-${number}`), ...owasp].join(' · ');
  for (const part of [message, why, advice, ...(fixes.length > 0 ? [vscode.l10n.t('Fix: {0}', fixes[0]!.title)] : []), tags]) text.appendText(part).appendMarkdown('\n\n');
  return text;
}

function iconOf(severity: Severity): vscode.ThemeIcon {
  switch (severity) {
    case 'critical':
    case 'high':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('problemsErrorIcon.foreground'));
    case 'medium':
      return new vscode.ThemeIcon('warning', new vscode.ThemeColor('problemsWarningIcon.foreground'));
    case 'low':
    case 'info':
      return new vscode.ThemeIcon('info', new vscode.ThemeColor('problemsInfoIcon.foreground'));
  }
}

function stepItem({ document, step, place }: Extract<FindingNode, { kind: 'step' }>): vscode.TreeItem {
  const item = new vscode.TreeItem(step.message, vscode.TreeItemCollapsibleState.None);
  const line = vscode.l10n.t('line {0}', document.positionAt(step.range.start).line + 1);
  item.description = line;
  item.iconPath = new vscode.ThemeIcon({ source: 'debug-start', way: 'arrow-small-down', sink: 'target' }[place]);
  item.contextValue = 'step';
  item.command = openCommand(document, step.range);
  item.accessibilityInformation = { label: `${placeWord(place)}: ${spoken(step.message)}, ${line}` };
  return item;
}

function placeWord(place: 'source' | 'way' | 'sink'): string {
  switch (place) {
    case 'source':
      return vscode.l10n.t('Source');
    case 'way':
      return vscode.l10n.t('Step');
    case 'sink':
      return vscode.l10n.t('Sink');
  }
}

function openCommand(document: Lined, range: Finding['range']): vscode.Command {
  return { command: 'vscode.open', title: vscode.l10n.t('Open'), arguments: [document.uri, { selection: rangeIn(document, range) } satisfies vscode.TextDocumentShowOptions] };
}
