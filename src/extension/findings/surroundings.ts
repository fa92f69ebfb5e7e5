/**
 * What the worker may know of a text's surroundings: where it lies, what it imports, what the policy says of packages. The worker reads no disk.
 * Invariant: only files inside the text's own repository are handed out.
 */
import * as vscode from 'vscode';
import type { RepoPath } from '#core/path';
import { importedBelow } from '#project/imported';
import { packagesOnDisk } from '#project/packages';
import type { ImportedResult, PackagesResult, SurroundingsResult } from '#protocol/server';
import type { Places } from '../places.ts';
import type { Trust } from '../review/trust.ts';

export class Surroundings {
  readonly #places: Places;
  readonly #trust: Trust;

  constructor(places: Places, trust: Trust) {
    this.#places = places;
    this.#trust = trust;
  }

  of(uri: string): SurroundingsResult {
    const place = this.#places.find(vscode.Uri.parse(uri));
    return place === undefined ? { models: [] } : { path: place.path, models: this.#trust.modelsFor(place.repository) };
  }

  /** Read anew at each question: manifests change, and it is rarely asked. */
  async packages(uri: string): Promise<PackagesResult> {
    const place = this.#places.find(vscode.Uri.parse(uri));
    if (place === undefined) return null;
    const { packages } = await packagesOnDisk(place.repository.root)(place.path);
    return packages === undefined ? null : { ...packages, names: [...packages.names] };
  }

  /** What an open editor holds counts before what lies on disk. */
  async imported(uri: string, candidates: readonly string[]): Promise<ImportedResult> {
    const place = this.#places.find(vscode.Uri.parse(uri));
    if (place === undefined) return null;
    const found = await importedBelow(place.repository.root)(candidates);
    if (found === undefined) return null;
    const at = this.#places.uriOf(place.repository, found.path as RepoPath).toString();
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === at);
    return open === undefined ? found : { path: found.path, text: open.getText() };
  }
}
