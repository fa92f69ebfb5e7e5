/** The list "Gaps": documents that are not recorded, and stretches of time in which who wrote what was not; the gate blocks on both, so each says what to do. */
import * as vscode from 'vscode';
import { describeGap, type Gap } from '#core/gap';
import { dropGap, gapsOf } from '#project/gaps';
import type { Repository } from '#project/repository';
import { Debounced, Disposables } from '../disposable.ts';
import { detached, log } from '../log.ts';
import type { Places } from '../places.ts';
import { agreed } from '../review/gesture.ts';
import type { Registry } from '../review/registry.ts';
import { nameOf } from '../review/where.ts';
import { reasonWords, timeWord } from '../review/words.ts';
import { Paced } from './paced.ts';

export type GapNode =
  | { readonly kind: 'document'; readonly uri: vscode.Uri; readonly why: string }
  | { readonly kind: 'gap'; readonly repository: Repository; readonly gap: Gap }
  | { readonly kind: 'gap-file'; readonly gap: Gap; readonly uri: vscode.Uri };

export class GapsView implements vscode.TreeDataProvider<GapNode> {
  readonly #disposables = new Disposables();
  readonly #registry: Registry;
  readonly #places: Places;
  readonly #changed = this.#disposables.add(new Paced<GapNode>());
  readonly #view: vscode.TreeView<GapNode>;
  readonly #later = this.#disposables.add(new Debounced(300, () => detached(this.refresh(), 'listing gaps')));
  #rows: readonly GapNode[] = [];
  #picture = '';

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(registry: Registry, places: Places) {
    this.#registry = registry;
    this.#places = places;
    this.#view = this.#disposables.add(vscode.window.createTreeView('vetmark.gaps', { treeDataProvider: this, showCollapseAll: true }));
    this.#changed.follow(this.#view);
    this.#disposables.addAll(registry.onDidChange(() => this.#later.call()), places.onDidChange(() => this.#later.call()), this.#view.onDidChangeVisibility(() => this.#later.call()), vscode.window.onDidChangeWindowState(() => this.#later.call()));
  }

  /** Reads the gaps anew. */
  async refresh(): Promise<void> {
    const rows: GapNode[] = this.#registry.gaps.map(({ uri, why }) => ({ kind: 'document', uri, why }));
    for (const repository of this.#places.repositories) {
      try {
        rows.push(...(await gapsOf(repository)).toReversed().map((gap) => ({ kind: 'gap', repository, gap }) as const));
      } catch (error) {
        log('warn', `The gaps cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    this.#rows = rows;
    this.#view.description = rows.length === 0 ? '' : `${rows.length}`;
    const picture = JSON.stringify(rows.map((row) => (row.kind === 'gap' ? row.gap : [row.uri.toString(), row.kind === 'document' ? row.why : ''])));
    if (picture !== this.#picture) this.#changed.fire(undefined);
    this.#picture = picture;
  }

  /** Strikes a gap out once a person says that they looked at what came in through it. Only the dialog's button does. */
  async settle(node: GapNode | undefined): Promise<void> {
    if (node?.kind !== 'gap') return;
    const { what, todo } = describeGap(node.gap);
    const human = await agreed(vscode.l10n.t('Strike this gap out?'), vscode.l10n.t('{0}, {1}. {2} The gate blocks on the gap no longer; that the code in question was vetted is asked as before.', what, timesWord(node.gap), todo), vscode.l10n.t('Strike Out'));
    if (human === undefined) return;
    await dropGap(node.repository, node.gap.id);
    await this.refresh();
  }

  getChildren(node?: GapNode): GapNode[] {
    this.#changed.asked(node);
    if (node === undefined) return [...this.#rows];
    if (node.kind !== 'gap' || node.gap.paths === 'everything') return [];
    return node.gap.paths.map((path) => ({ kind: 'gap-file', gap: node.gap, uri: this.#places.uriOf(node.repository, path) }));
  }

  getTreeItem(node: GapNode): vscode.TreeItem {
    switch (node.kind) {
      case 'document':
        return documentItem(node.uri, reasonWords(node.why));
      case 'gap':
        return gapItem(node.gap);
      case 'gap-file':
        return fileItem(node.gap, node.uri);
    }
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

function documentItem(uri: vscode.Uri, why: string): vscode.TreeItem {
  const item = fileRow(uri);
  item.description = vscode.l10n.t('not recorded: {0}', why);
  item.iconPath = new vscode.ThemeIcon('question');
  item.contextValue = 'document';
  item.accessibilityInformation = { label: vscode.l10n.t('{0}, not recorded: {1}', nameOf(uri), why) };
  return item;
}

function gapItem(gap: Gap): vscode.TreeItem {
  const { what, why, todo } = describeGap(gap);
  const { Collapsed, None } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(what, gap.paths === 'everything' || gap.paths.length === 0 ? None : Collapsed);
  const times = timesWord(gap);
  item.id = gap.id;
  item.description = gap.paths === 'everything' ? `${times} · ${vscode.l10n.t('any file')}` : times;
  item.tooltip = [`${what}, ${times}.`, why, ...(gap.note === undefined ? [] : [gap.note]), todo].join('\n');
  item.iconPath = new vscode.ThemeIcon('debug-disconnect', new vscode.ThemeColor('problemsWarningIcon.foreground'));
  item.contextValue = 'gap';
  item.accessibilityInformation = { label: [what, times, todo].join(', ') };
  return item;
}

function fileItem({ id }: Gap, uri: vscode.Uri): vscode.TreeItem {
  const item = fileRow(uri);
  item.id = `${id} ${uri.toString()}`;
  item.contextValue = 'gap-file';
  return item;
}

function fileRow(uri: vscode.Uri): vscode.TreeItem {
  const item = new vscode.TreeItem(uri, vscode.TreeItemCollapsibleState.None);
  item.command = { command: 'vscode.open', title: vscode.l10n.t('Open'), arguments: [uri] };
  return item;
}

function timesWord({ from, to }: Gap): string {
  const [start, end] = [timeWord(Date.parse(from), vscode.env.language), timeWord(Date.parse(to), vscode.env.language)];
  return start === end ? start : vscode.l10n.t('{0} to {1}', start, end);
}
