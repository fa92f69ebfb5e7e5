/** The newest findings of every document, carried along edits so that squiggles stand still until the worker answers. */
import * as vscode from 'vscode';
import type { Digest } from '#core/digest';
import type { Finding, Problem } from '#core/finding';
import { carryRange, isEmpty, type Change } from '#core/text';
import type { FindingsParams } from '#protocol/server';

export interface DocumentFindings {
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  /** Version that was analysed. Older than the document's: findings were carried here since. */
  readonly version: number;
  /** Digest of the rules that looked. Absent: nothing has looked yet. */
  readonly ruleSet?: Digest;
}

const NONE: DocumentFindings = { findings: [], problems: [], version: 0 };

export class FindingStore implements vscode.Disposable {
  readonly #byUri = new Map<string, DocumentFindings>();
  /** Versions that texts which are not open were handed over as. */
  readonly #expected = new Map<string, number>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();

  readonly onDidChange = this.#changed.event;

  get(uri: vscode.Uri): DocumentFindings {
    return this.#byUri.get(uri.toString()) ?? NONE;
  }

  /** Addresses of all documents that something is known of. */
  get documents(): readonly vscode.Uri[] {
    return [...this.#byUri.keys()].map((id) => vscode.Uri.parse(id));
  }

  /** A text that is not open was handed to the worker under this version. */
  expect(uri: vscode.Uri, version: number): void {
    this.#expected.set(uri.toString(), version);
  }

  /** The worker's word. Dropped when the document has moved on: the next answer is on its way. */
  publish(params: FindingsParams): void {
    const uri = vscode.Uri.parse(params.uri);
    const document = vscode.workspace.textDocuments.find((candidate) => candidate.uri.toString() === uri.toString());
    const version = document === undefined ? this.#expected.get(uri.toString()) : document.version;
    if (version !== params.version) return;
    this.#byUri.set(uri.toString(), { findings: params.findings, problems: params.problems, version: params.version, ruleSet: params.ruleSet });
    this.#changed.fire(uri);
  }

  /** An edit moves findings; those whose text it changed keep their place but lose their fixes, which speak of the text before. */
  carry(uri: vscode.Uri, change: Change): void {
    const known = this.#byUri.get(uri.toString());
    if (known === undefined || known.findings.length === 0) return;
    this.#byUri.set(uri.toString(), { ...known, findings: known.findings.flatMap((finding) => carried(finding, change)) });
  }

  forget(uri: vscode.Uri): void {
    this.#expected.delete(uri.toString());
    if (this.#byUri.delete(uri.toString())) this.#changed.fire(uri);
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

function carried(finding: Finding, change: Change): Finding[] {
  const range = carryRange(finding.range, change);
  if (isEmpty(range)) return [];
  const { trace, ...rest } = finding;
  return [{ ...rest, range, fixes: [], ...(trace !== undefined && { trace: trace.map((step) => ({ ...step, range: carryRange(step.range, change) })) }) }];
}
