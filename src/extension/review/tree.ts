/** The list "To Vet": regions that wait, by file, risk or author, with the count as the view's badge; what people typed and have not signed stands at its end. */
import { performance } from 'node:perf_hooks';
import * as vscode from 'vscode';
import { Debounced, Disposables } from '../disposable.ts';
import { GROUPINGS, groupsOf, matching, tellGrouping, type Group, type Grouping } from '../views/groups.ts';
import { Paced } from '../views/paced.ts';
import { markOf } from './marks.ts';
import type { OwnWork } from './own-work.ts';
import type { RegionEntry, Registry } from './registry.ts';
import { riskLine } from './demand-words.ts';
import type { Risks } from './risk.ts';
import { findingsWord, linesWord, shortAuthorOf, stateWord } from './words.ts';

export type Node = GroupNode | { readonly kind: 'region'; readonly entry: RegionEntry } | { readonly kind: 'own'; readonly count: number };

interface GroupNode {
  readonly kind: 'group';
  group: Group;
  /** Of what its rows show. */
  picture: string;
}

export interface TreeParts {
  readonly registry: Registry;
  readonly ownWork: OwnWork;
  readonly risks: Risks;
  /** Keeps the order of the list. */
  readonly memory: vscode.Memento;
}

/** Regions beyond which groups are shown closed, so that a screen is enough for an overview. */
const MOST_UNFOLDED = 200;
const GROUPING = 'vetmark.grouping';
const MOST_FIGURES = 1000;

export class RegionTree implements vscode.TreeDataProvider<Node> {
  readonly #disposables = new Disposables();
  readonly #registry: Registry;
  readonly #ownWork: OwnWork;
  readonly #risks: Risks;
  readonly #memory: vscode.Memento;
  readonly #changed = this.#disposables.add(new Paced<Node>());
  readonly #view: vscode.TreeView<Node>;
  /** The groups that stand there: a group's node stays the same object, so that its row keeps its place and its focus. */
  #groups = new Map<string, GroupNode>();
  #grouping: Grouping;
  #filter = '';
  #shape = '';
  /** Milliseconds of each refresh, oldest first. */
  readonly took: number[] = [];

  readonly onDidChangeTreeData = this.#changed.event;

  constructor({ registry, ownWork, risks, memory }: TreeParts) {
    this.#registry = registry;
    this.#ownWork = ownWork;
    this.#risks = risks;
    this.#memory = memory;
    const kept = memory.get<string>(GROUPING);
    this.#grouping = GROUPINGS.find((grouping) => grouping === kept) ?? 'file';
    void tellGrouping(this.#grouping);
    this.#view = this.#disposables.add(vscode.window.createTreeView('vetmark.regions', { treeDataProvider: this, showCollapseAll: true, canSelectMany: true }));
    this.#changed.follow(this.#view);
    const later = this.#disposables.add(new Debounced(50, () => this.#refresh()));
    this.#disposables.addAll(registry.onDidChange(() => later.call()), ownWork.onDidChange(() => later.call()));
    this.#refresh();
  }

  /** Puts the list in another order, and keeps that for the workspace. */
  async groupBy(grouping: Grouping): Promise<void> {
    this.#grouping = grouping;
    this.#refresh();
    await Promise.all([tellGrouping(grouping), this.#memory.update(GROUPING, grouping)]);
  }

  /** Asks for words; the list follows while they are typed. */
  filter(): void {
    const box = vscode.window.createInputBox();
    const former = this.#filter;
    let accepted = false;
    box.title = vscode.l10n.t('Filter the list To Vet');
    box.placeholder = vscode.l10n.t('Words of a name, a file, an author, a state or a rule');
    box.value = former;
    const soon = new Debounced(80, () => this.#narrow(box.value));
    box.onDidChangeValue(() => soon.call());
    box.onDidAccept(() => {
      accepted = true;
      box.hide();
    });
    box.onDidHide(() => {
      soon.dispose();
      this.#narrow(accepted ? box.value : former);
      box.dispose();
    });
    box.show();
  }

  clearFilter(): void {
    this.#narrow('');
  }

  #narrow(filter: string): void {
    this.#filter = filter.trim();
    void vscode.commands.executeCommand('setContext', 'vetmark.filtered', this.#filter !== '');
    this.#refresh();
  }

  #refresh(): void {
    const started = performance.now();
    const { open, progress } = this.#registry;
    this.#view.badge = open.length === 0 ? undefined : { value: open.length, tooltip: vscode.l10n.t('{0} to vet', open.length) };
    this.#view.description = progress.all === 0 ? '' : vscode.l10n.t('{0} of {1} vetted', progress.vetted, progress.all);
    const shown = matching(open, this.#filter);
    this.#view.message = this.#filter === '' ? '' : vscode.l10n.t('{0} of {1} hold “{2}”', shown.length, open.length, this.#filter);
    const changed = this.#take(groupsOf(shown, this.#grouping, this.#risks));
    const shape = JSON.stringify([this.#grouping, [...this.#groups.keys()], this.#ownWork.count]);
    if (shape !== this.#shape) this.#changed.fire(undefined);
    else for (const node of changed) this.#changed.fire(node);
    this.#shape = shape;
    this.took.push(performance.now() - started);
    if (this.took.length > 2 * MOST_FIGURES) this.took.splice(0, MOST_FIGURES);
  }

  /** Gives the groups whose rows show something else now. */
  #take(groups: readonly Group[]): readonly GroupNode[] {
    const changed: GroupNode[] = [];
    const nodes = new Map<string, GroupNode>();
    for (const group of groups) {
      const id = `${this.#grouping} ${group.id}`;
      const node = this.#groups.get(id) ?? { kind: 'group', group, picture: '' };
      const picture = group.entries.map(pictureOf).join('\n');
      if (node.picture !== picture) changed.push(node);
      node.group = group;
      node.picture = picture;
      nodes.set(id, node);
    }
    this.#groups = nodes;
    return changed;
  }

  getChildren(node?: Node): Node[] {
    this.#changed.asked(node);
    if (node !== undefined) return node.kind === 'group' ? node.group.entries.map((entry) => ({ kind: 'region', entry })) : [];
    const { count } = this.#ownWork;
    return [...this.#groups.values(), ...(count === 0 || this.#filter !== '' ? [] : [{ kind: 'own', count } as const])];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    switch (node.kind) {
      case 'group':
        return groupItem(node.group, this.#grouping, this.#registry.open.length > MOST_UNFOLDED ? 'closed' : 'open');
      case 'region':
        return regionItem(node.entry, this.#grouping, riskLine(this.#risks.of(node.entry)));
      case 'own':
        return ownItem(node.count);
    }
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

/** Pictures of rows, by entry: an entry never changes. */
const pictures = new WeakMap<RegionEntry, string>();

function pictureOf(entry: RegionEntry): string {
  const known = pictures.get(entry);
  if (known !== undefined) return known;
  const picture = `${entry.key} ${entry.state} ${entry.from} ${entry.to} ${entry.findings.length} ${entry.label} ${shortAuthorOf(entry)}`;
  pictures.set(entry, picture);
  return picture;
}

function groupItem({ id, title, uri, icon, entries }: Group, grouping: Grouping, state: 'open' | 'closed'): vscode.TreeItem {
  const { Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
  const folding = state === 'open' ? Expanded : Collapsed;
  // A cell's address is nothing to show.
  const file = uri === undefined || uri.scheme === 'vscode-notebook-cell' ? undefined : uri;
  const item = file === undefined ? new vscode.TreeItem(title, folding) : new vscode.TreeItem(file, folding);
  const folder = file === undefined ? '' : title.slice(0, Math.max(0, title.lastIndexOf('/')));
  item.id = `${grouping} ${id}`;
  item.description = folder === '' ? `${entries.length}` : `${folder} · ${entries.length}`;
  item.iconPath = file === undefined ? new vscode.ThemeIcon(icon ?? 'notebook') : vscode.ThemeIcon.File;
  item.contextValue = 'group';
  item.accessibilityInformation = { label: vscode.l10n.t('{0}, {1} to vet', title, entries.length) };
  return item;
}

function regionItem(entry: RegionEntry, grouping: Grouping, risk: string): vscode.TreeItem {
  const { label, state, findings, from, to, name } = entry;
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.None);
  const who = shortAuthorOf(entry);
  const lines = linesWord(from, to);
  const found = findings.length === 0 ? [] : [findingsWord(findings.length)];
  const where = grouping === 'file' ? [] : [name];
  item.id = `${grouping} ${entry.key}`;
  item.description = [...where, ...(grouping === 'agent' ? [] : [who]), ...(state === 'changed' ? [stateWord(state)] : []), ...found].join(', ');
  item.tooltip = [label, vscode.l10n.t('{0}, {1}: {2}', name, lines, stateWord(state)), [who, ...found].join(', '), risk].join('\n');
  item.iconPath = iconOf(entry);
  item.contextValue = ['region', ...(findings.length > 0 ? ['findings'] : []), ...(state === 'changed' ? ['changed'] : [])].join(' ');
  item.command = { command: 'vetmark.openRegion', title: vscode.l10n.t('Open'), arguments: [entry.key] };
  item.accessibilityInformation = { label: [label, lines, stateWord(state), who, ...found, ...where].join(', ') };
  return item;
}

function iconOf(entry: RegionEntry): vscode.ThemeIcon {
  switch (markOf(entry)) {
    case 'findings':
      return new vscode.ThemeIcon('warning', new vscode.ThemeColor('vetmark.findings'));
    case 'changed':
      return new vscode.ThemeIcon('history', new vscode.ThemeColor('vetmark.changed'));
    case 'unvetted':
      return new vscode.ThemeIcon('circle-large-outline', new vscode.ThemeColor('vetmark.unvetted'));
    case 'vetted':
      return new vscode.ThemeIcon('pass', new vscode.ThemeColor('vetmark.vetted'));
  }
}

function ownItem(count: number): vscode.TreeItem {
  const said = count === 1 ? vscode.l10n.t('1 piece that you typed is not signed') : vscode.l10n.t('{0} pieces that you typed are not signed', count);
  const item = new vscode.TreeItem(said, vscode.TreeItemCollapsibleState.None);
  item.id = 'own';
  item.tooltip = vscode.l10n.t('The gate asks for a signature on everything that a change brings. Press to see the list and to sign it as your own work.');
  item.iconPath = new vscode.ThemeIcon('edit');
  item.contextValue = 'own';
  item.command = { command: 'vetmark.signWritten', title: vscode.l10n.t('Sign What I Typed') };
  item.accessibilityInformation = { label: vscode.l10n.t('{0}. Press to sign.', said) };
  return item;
}
