/** Where a document lives: the repository that holds it and its path there. Opened repositories are remembered. */
import * as path from 'node:path';
import * as vscode from 'vscode';
import { repoPathOf, type RepoPath } from '#core/path';
import { openRepository, type Repository } from '#project/repository';
import { Disposables } from './disposable.ts';
import { log } from './log.ts';

export interface Place {
  readonly repository: Repository;
  readonly path: RepoPath;
}

/** Schemes whose documents are watched; everything else is a view of something. */
const SCHEMES = new Set(['file', 'untitled', 'vscode-remote', 'vscode-notebook-cell']);

/** Kept out of tracking: they are Vetmark's and git's own. */
const OWN = /(?:^|\/)(?:\.git|\.vetmark)\//;

export function isTracked(document: vscode.TextDocument): boolean {
  const { uri } = document;
  if (!SCHEMES.has(uri.scheme) || OWN.test(uri.path)) return false;
  if (uri.scheme === 'untitled') return true;
  // A cell's address has its notebook's path and another scheme and authority, which no folder has.
  if (uri.scheme === 'vscode-notebook-cell') return vscode.workspace.workspaceFolders?.some((folder) => uri.path.startsWith(`${folder.uri.path}/`)) === true;
  return vscode.workspace.getWorkspaceFolder(uri) !== undefined;
}

export class Places {
  readonly #disposables = new Disposables();
  readonly #changed = this.#disposables.add(new vscode.EventEmitter<void>());
  readonly #byFolder = new Map<string, Repository | undefined>();
  #settled = false;

  /** The set of repositories became known, or folders were added or removed. */
  readonly onDidChange = this.#changed.event;

  constructor() {
    this.#disposables.add(vscode.workspace.onDidChangeWorkspaceFolders(() => void this.refresh()));
  }

  /** Asks git for each workspace folder. Never rejects: a folder without git has no repository, and the log says why. */
  async refresh(): Promise<void> {
    const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
    const found = await Promise.all(folders.map(async ({ uri }) => [uri.fsPath, await openRepository(uri.fsPath)] as const));
    this.#byFolder.clear();
    for (const [folder, result] of found) {
      if (!result.ok) log('info', `${path.basename(folder)}: ${result.message}`);
      this.#byFolder.set(folder, result.ok ? result.repository : undefined);
    }
    this.#settled = true;
    this.#changed.fire();
  }

  /** False until git has answered for the first time. */
  get settled(): boolean {
    return this.#settled;
  }

  /** Each once, in the order of the workspace folders. */
  get repositories(): readonly Repository[] {
    const seen = new Map<string, Repository>();
    for (const repository of this.#byFolder.values()) if (repository !== undefined) seen.set(repository.gitDir, repository);
    return [...seen.values()];
  }

  /** `undefined`: not on disk, or in no repository. */
  find(uri: vscode.Uri): Place | undefined {
    if (uri.scheme !== 'file') return undefined;
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    const repository = folder === undefined ? undefined : this.#byFolder.get(folder.uri.fsPath);
    if (folder === undefined || repository === undefined) return undefined;
    // The repository's root is real, the folder may be reached through a link: the folder's own part is taken from both.
    const within = path.relative(folder.uri.fsPath, uri.fsPath);
    const above = this.#above(folder.uri.fsPath, repository);
    const relative = repoPathOf(path.join(above, within));
    return relative === undefined ? undefined : { repository, path: relative };
  }

  #above(folder: string, repository: Repository): string {
    const direct = path.relative(repository.root, folder);
    if (!direct.startsWith('..') && !path.isAbsolute(direct)) return direct;
    // The folder is a link into the work tree: match its tail.
    const tail = path.basename(repository.root);
    const parts = folder.split(path.sep);
    const at = parts.lastIndexOf(tail);
    return at === -1 ? '' : parts.slice(at + 1).join('/');
  }

  uriOf(repository: Repository, file: RepoPath): vscode.Uri {
    for (const [folder, known] of this.#byFolder) {
      if (known?.gitDir !== repository.gitDir) continue;
      const above = this.#above(folder, repository).replaceAll(path.sep, '/');
      const inside = above === '' ? file : file.startsWith(above + '/') ? file.slice(above.length + 1) : undefined;
      if (inside !== undefined) return vscode.Uri.file(path.join(folder, inside));
    }
    return vscode.Uri.file(path.join(repository.root, file));
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}
