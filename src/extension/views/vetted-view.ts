/** The list "Vetted": who signed for what and when, code that changed since first; records that do not count stand at its top and say why. */
import * as vscode from 'vscode';
import type { RepoPath } from '#core/path';
import type { CheckedReview } from '#core/review';
import { readFiles, type Repository } from '#project/repository';
import { Debounced, Disposables } from '../disposable.ts';
import { detached } from '../log.ts';
import type { Places } from '../places.ts';
import type { Trust } from '../review/trust.ts';
import { timeWord } from '../review/words.ts';
import type { Tracker } from '../tracker/tracker.ts';
import { Paced } from './paced.ts';
import { isStale, presentOf, sittingsOf, type Present, type Sitting, type VettedUnit } from './vetted-model.ts';

type Refused = Extract<CheckedReview, { kind: 'refused' }>;

export type VettedNode =
  | { readonly kind: 'refused'; readonly repository: Repository; readonly record: Refused }
  | { readonly kind: 'sitting'; readonly repository: Repository; readonly sitting: Sitting }
  | { readonly kind: 'vetted-unit'; readonly repository: Repository; readonly sitting: Sitting; readonly vetted: VettedUnit };

/** Files read before the list says that there are more. */
const MOST_FILES = 2000;

export class VettedView implements vscode.TreeDataProvider<VettedNode> {
  readonly #disposables = new Disposables();
  readonly #trust: Trust;
  readonly #tracker: Tracker;
  readonly #places: Places;
  readonly #changed = this.#disposables.add(new Paced<VettedNode>());
  readonly #view: vscode.TreeView<VettedNode>;
  readonly #later = this.#disposables.add(new Debounced(300, () => detached(this.#refresh(), 'listing what was vetted')));
  #rows: readonly VettedNode[] = [];
  #picture = '';
  /** Units of files, by address and text: most files are the same as when they were looked at last. */
  #known = new Map<string, { readonly text: string; readonly present: Present }>();

  readonly onDidChangeTreeData = this.#changed.event;

  /** `onDidChangeRegions`: code changed somewhere. */
  constructor(trust: Trust, tracker: Tracker, places: Places, onDidChangeRegions: vscode.Event<unknown>) {
    this.#trust = trust;
    this.#tracker = tracker;
    this.#places = places;
    this.#view = this.#disposables.add(vscode.window.createTreeView('vetmark.vetted', { treeDataProvider: this, showCollapseAll: true }));
    this.#changed.follow(this.#view);
    // Reads files, so it works for people who look only.
    const ifSeen = (): void => {
      if (this.#view.visible) this.#later.call();
    };
    this.#disposables.addAll(trust.onDidChange(ifSeen), onDidChangeRegions(ifSeen), this.#view.onDidChangeVisibility(ifSeen));
  }

  async #refresh(): Promise<void> {
    const rows: VettedNode[] = [];
    let today = 0;
    for (const { repository, reviews } of this.#trust.records) {
      const present = await this.#present(repository, reviews);
      rows.push(...reviews.flatMap((record): VettedNode[] => (record.kind === 'refused' ? [{ kind: 'refused', repository, record }] : [])));
      const sittings = sittingsOf(reviews, present);
      today += sittings.filter(({ review }) => isToday(review.at)).reduce((sum, { units }) => sum + units.length, 0);
      rows.push(...sittings.map((sitting) => ({ kind: 'sitting', repository, sitting }) as const));
    }
    const picture = JSON.stringify(rows.map((row) => (row.kind === 'sitting' ? [row.sitting.file, row.sitting.units.map(({ fate }) => fate)] : row.kind === 'refused' ? [row.record.file, row.record.message] : [])));
    this.#view.description = today === 0 ? '' : vscode.l10n.t('{0} today', today);
    this.#rows = rows;
    if (picture !== this.#picture) this.#changed.fire(undefined);
    this.#picture = picture;
  }

  /** The units of all files that records name: of the editor's text where it has one, else of the disk's. */
  async #present(repository: Repository, reviews: readonly CheckedReview[]): Promise<ReadonlyMap<RepoPath, Present>> {
    const paths = [...new Set(reviews.flatMap((record) => (record.kind === 'trusted' ? record.review.units.map(({ path }) => path) : [])))].slice(0, MOST_FILES);
    const open = new Map([...this.#tracker.documents].flatMap(({ place, text, document }) => (place?.repository.gitDir === repository.gitDir && document !== undefined ? [[place.path, text.text] as const] : [])));
    const read = await readFiles(repository, { kind: 'worktree' }, paths.filter((path) => !open.has(path)));
    const result = new Map<RepoPath, Present>();
    for (const path of paths) {
      const content = read.get(path);
      const text = open.get(path) ?? (content?.kind === 'text' ? content.text : undefined);
      if (text !== undefined) result.set(path, await this.#units(`${repository.gitDir}\0${path}`, path, text));
    }
    return result;
  }

  async #units(id: string, path: RepoPath, text: string): Promise<Present> {
    const known = this.#known.get(id);
    if (known?.text === text) return known.present;
    // One file at a time: keys come first.
    await new Promise((resolve) => setTimeout(resolve, 0));
    const present = presentOf(path, text);
    this.#known.set(id, { text, present });
    return present;
  }

  getChildren(node?: VettedNode): VettedNode[] {
    this.#changed.asked(node);
    if (node === undefined) return [...this.#rows];
    return node.kind === 'sitting' ? node.sitting.units.map((vetted) => ({ kind: 'vetted-unit', repository: node.repository, sitting: node.sitting, vetted })) : [];
  }

  getTreeItem(node: VettedNode): vscode.TreeItem {
    switch (node.kind) {
      case 'refused':
        return refusedItem(node.record, this.#places.uriOf(node.repository, node.record.file));
      case 'sitting':
        return sittingItem(node.sitting);
      case 'vetted-unit':
        return unitItem(node.vetted, node.sitting, this.#places.uriOf(node.repository, node.vetted.unit.path));
    }
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

function isToday(at: string): boolean {
  return new Date(at).toDateString() === new Date().toDateString();
}

function refusedItem(record: Refused, uri: vscode.Uri): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('A record that does not count'), vscode.TreeItemCollapsibleState.None);
  item.description = record.message;
  item.tooltip = `${record.file}\n${record.message}`;
  item.iconPath = new vscode.ThemeIcon('error', new vscode.ThemeColor('problemsErrorIcon.foreground'));
  item.contextValue = 'refused';
  item.command = { command: 'vscode.open', title: vscode.l10n.t('Open'), arguments: [uri] };
  item.accessibilityInformation = { label: vscode.l10n.t('A record that does not count: {0}', record.message) };
  return item;
}

function sittingItem(sitting: Sitting): vscode.TreeItem {
  const { file, review, units } = sitting;
  const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const stale = units.filter(({ fate }) => fate.kind === 'changed').length;
  const item = new vscode.TreeItem(review.reviewer, stale > 0 ? Expanded : Collapsed);
  const when = timeWord(Date.parse(review.at), vscode.env.language);
  const count = units.length === 1 ? vscode.l10n.t('1 piece') : vscode.l10n.t('{0} pieces', units.length);
  const changed = stale === 0 ? [] : [vscode.l10n.t('{0} changed since', stale)];
  item.id = file;
  item.description = [when, count, ...changed].join(' · ');
  item.tooltip = review.note === undefined ? `${review.reviewer}\n${when}` : `${review.reviewer}\n${when}\n${review.note}`;
  item.iconPath = isStale(sitting) ? new vscode.ThemeIcon('history', new vscode.ThemeColor('vetmark.changed')) : new vscode.ThemeIcon('verified', new vscode.ThemeColor('vetmark.vetted'));
  item.contextValue = 'sitting';
  item.accessibilityInformation = { label: [review.reviewer, when, count, ...changed].join(', ') };
  return item;
}

function unitItem({ unit, fate }: VettedUnit, { file }: Sitting, uri: vscode.Uri): vscode.TreeItem {
  const item = new vscode.TreeItem(unit.label, vscode.TreeItemCollapsibleState.None);
  const claim = unit.claim === 'written' ? vscode.l10n.t('as own work') : '';
  const state = { stands: '', changed: vscode.l10n.t('changed since'), gone: vscode.l10n.t('no longer there') }[fate.kind];
  item.id = `${file}#${unit.path}#${unit.label}#${unit.digest}#${unit.occurrence?.index ?? 0}`;
  item.description = [unit.path, claim, state].filter((part) => part !== '').join(' · ');
  item.iconPath = { stands: new vscode.ThemeIcon('pass'), changed: new vscode.ThemeIcon('history', new vscode.ThemeColor('vetmark.changed')), gone: new vscode.ThemeIcon('circle-slash') }[fate.kind];
  item.contextValue = fate.kind === 'changed' ? 'unit-changed' : 'unit';
  if (fate.kind !== 'gone') item.command = { command: 'vscode.open', title: vscode.l10n.t('Open'), arguments: [uri, { selection: new vscode.Range(fate.line, 0, fate.line, 0) } satisfies vscode.TextDocumentShowOptions] };
  item.accessibilityInformation = { label: [unit.label, unit.path, claim, state].filter((part) => part !== '').join(', ') };
  return item;
}
