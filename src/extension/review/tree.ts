/** The list "To Vet": regions that wait, by file, with the count as the view's badge; what people typed and have not signed, and documents that are not recorded, stand at its end. */
import * as vscode from 'vscode';
import { Debounced, Disposables } from '../disposable.ts';
import { markOf } from './marks.ts';
import type { OwnWork } from './own-work.ts';
import type { RegionEntry, Registry } from './registry.ts';
import { shortAuthor, stateWord } from './words.ts';

export type Node =
  | FileNode
  | { readonly kind: 'region'; readonly entry: RegionEntry }
  | { readonly kind: 'own'; readonly count: number }
  | { readonly kind: 'gap'; readonly uri: vscode.Uri; readonly why: string };

interface FileNode {
  readonly kind: 'file';
  readonly uri: vscode.Uri;
  readonly name: string;
  entries: readonly RegionEntry[];
  /** Of what its rows show. */
  picture: string;
}

export class RegionTree implements vscode.TreeDataProvider<Node> {
  readonly #disposables = new Disposables();
  readonly #registry: Registry;
  readonly #changed = this.#disposables.add(new vscode.EventEmitter<Node | undefined>());
  readonly #view: vscode.TreeView<Node>;
  /** The rows that stand there, by file: a file's node stays the same object, so that its row keeps its place and its focus. */
  #files = new Map<string, FileNode>();
  readonly #ownWork: OwnWork;
  #rest: readonly Node[] = [];
  #shape = '';

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(registry: Registry, ownWork: OwnWork) {
    this.#registry = registry;
    this.#ownWork = ownWork;
    this.#view = this.#disposables.add(vscode.window.createTreeView('vetmark.regions', { treeDataProvider: this, showCollapseAll: true }));
    const later = this.#disposables.add(new Debounced(50, () => this.#refresh()));
    this.#disposables.addAll(registry.onDidChange(() => later.call()), ownWork.onDidChange(() => later.call()));
    this.#refresh();
  }

  #refresh(): void {
    const { open, gaps } = this.#registry;
    this.#view.badge = open.length === 0 ? undefined : { value: open.length, tooltip: `${open.length} to vet` };
    const byFile = new Map<string, RegionEntry[]>();
    for (const entry of open) byFile.set(entry.uri.toString(), [...(byFile.get(entry.uri.toString()) ?? []), entry]);
    const own = this.#ownWork.count;
    const shape = JSON.stringify([[...byFile.keys()], own, gaps]);
    const changed: FileNode[] = [];
    const files = new Map<string, FileNode>();
    for (const [id, entries] of byFile) {
      const node = this.#files.get(id) ?? { kind: 'file', uri: entries[0]!.uri, name: entries[0]!.name, entries: [], picture: '' };
      const picture = JSON.stringify(entries.map((entry) => [entry.key, entry.state, entry.from, entry.to, entry.findings.length, entry.label, shortAuthor(entry.region.spans[0] ?? { origin: entry.region.origin, evidence: [] })]));
      if (node.picture !== picture) changed.push(node);
      node.entries = entries;
      node.picture = picture;
      files.set(id, node);
    }
    this.#files = files;
    this.#rest = [...(own === 0 ? [] : [{ kind: 'own', count: own } as const]), ...gaps.map(({ uri, why }) => ({ kind: 'gap', uri, why }) as const)];
    if (shape !== this.#shape) this.#changed.fire(undefined);
    else for (const node of changed) this.#changed.fire(node);
    this.#shape = shape;
  }

  getChildren(node?: Node): Node[] {
    if (node !== undefined) return node.kind === 'file' ? node.entries.map((entry) => ({ kind: 'region', entry })) : [];
    return [...this.#files.values(), ...this.#rest];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    switch (node.kind) {
      case 'file':
        return fileItem(node);
      case 'region':
        return regionItem(node.entry);
      case 'own':
        return ownItem(node.count);
      case 'gap':
        return gapItem(node);
    }
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

function fileItem({ uri, name, entries }: FileNode): vscode.TreeItem {
  const item = new vscode.TreeItem(uri, vscode.TreeItemCollapsibleState.Expanded);
  item.id = uri.toString();
  item.description = `${entries.length}`;
  item.iconPath = vscode.ThemeIcon.File;
  item.contextValue = 'file';
  item.accessibilityInformation = { label: `${name}, ${entries.length} to vet` };
  return item;
}

function regionItem(entry: RegionEntry): vscode.TreeItem {
  const { region, label, state, findings, from, to } = entry;
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.None);
  const who = shortAuthor(region.spans.find(({ origin }) => origin === region.origin) ?? { origin: region.origin, evidence: [] });
  const lines = from === to ? `line ${from + 1}` : `lines ${from + 1} to ${to + 1}`;
  const found = findings.length === 0 ? '' : findings.length === 1 ? ', 1 finding' : `, ${findings.length} findings`;
  item.id = entry.key;
  item.description = `${who}${state === 'changed' ? ', changed since vetted' : ''}${found}`;
  item.tooltip = `${label}\n${lines}: ${stateWord(state)}\n${who}${found}`;
  item.iconPath = iconOf(entry);
  item.contextValue = 'region';
  item.command = { command: 'vetmark.openRegion', title: 'Open', arguments: [entry.key] };
  item.accessibilityInformation = { label: `${label}, ${lines}, ${stateWord(state)}, ${who}${found}` };
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
      return new vscode.ThemeIcon('pass');
  }
}

function ownItem(count: number): vscode.TreeItem {
  const said = count === 1 ? '1 piece that you typed is not signed' : `${count} pieces that you typed are not signed`;
  const item = new vscode.TreeItem(said, vscode.TreeItemCollapsibleState.None);
  item.id = 'own';
  item.tooltip = 'The gate asks for a signature on everything that a change brings. Press to see the list and to sign it as your own work.';
  item.iconPath = new vscode.ThemeIcon('edit');
  item.contextValue = 'own';
  item.command = { command: 'vetmark.signWritten', title: 'Sign What I Typed' };
  item.accessibilityInformation = { label: `${said}. Press to sign.` };
  return item;
}

function gapItem({ uri, why }: Extract<Node, { kind: 'gap' }>): vscode.TreeItem {
  const item = new vscode.TreeItem(uri, vscode.TreeItemCollapsibleState.None);
  item.description = `not recorded: ${why}`;
  item.iconPath = new vscode.ThemeIcon('question');
  item.contextValue = 'gap';
  item.command = { command: 'vscode.open', title: 'Open', arguments: [uri] };
  item.accessibilityInformation = { label: `${vscode.workspace.asRelativePath(uri)}, not recorded: ${why}` };
  return item;
}
