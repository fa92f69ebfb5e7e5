/** Findings as squiggles: what is wrong, why it matters, what to do; the code leads to the rule's page. */
import * as vscode from 'vscode';
import type { Finding, Severity, Step } from '#core/finding';
import type { RepoPath } from '#core/path';
import type { Places } from '../places.ts';
import { settings } from '../settings.ts';
import type { FindingStore } from './store.ts';
import { findingsIn } from './shown.ts';
import { lineStarts, positionAt, type Range } from '#core/text';

/** A text whose offsets can be said as lines: the editor's document, or a file that is not open. */
export type Lined = Pick<vscode.TextDocument, 'uri' | 'positionAt'>;

/** A text that is not open. */
export function linedOf(uri: vscode.Uri, text: string): Lined {
  const starts = lineStarts(text);
  return {
    uri,
    positionAt: (offset) => {
      const { line, character } = positionAt(starts, offset);
      return new vscode.Position(line, character);
    },
  };
}

export interface OpenRanges {
  /** Untrusted and not vetted, in offsets of the document as it is. */
  openRanges(uri: vscode.Uri): readonly Range[];
}

export class Diagnostics implements vscode.Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection('vetmark');
  readonly #store: FindingStore;
  readonly #ranges: OpenRanges;
  readonly #pages: vscode.Uri;
  readonly #places: Places;

  /** `pages`: the folder of the rules' pages. */
  constructor(store: FindingStore, ranges: OpenRanges, pages: vscode.Uri, places: Places) {
    this.#store = store;
    this.#ranges = ranges;
    this.#pages = pages;
    this.#places = places;
  }

  /** Shows what concerns a person in this document now. */
  refresh(document: Lined): void {
    const { findings } = this.#store.get(document.uri);
    const shown = settings.findingsScope() === 'all' ? findings : findingsIn(findings, this.#ranges.openRanges(document.uri));
    this.#collection.set(document.uri, shown.map((finding) => this.#diagnostic(document, finding)));
  }

  clear(uri: vscode.Uri): void {
    this.#collection.delete(uri);
  }

  #diagnostic(document: Lined, finding: Finding): vscode.Diagnostic {
    const tags = [...finding.cwe.map((number) => `CWE-${number}`), ...finding.owasp].join(' · ');
    const diagnostic = new vscode.Diagnostic(rangeIn(document, finding.range), `${finding.message}\n${finding.why}\n${finding.advice}${tags === '' ? '' : `\n${tags}`}`, severityOf(finding.severity));
    diagnostic.source = 'vetmark';
    diagnostic.code = { value: finding.rule, target: rulePage(this.#pages, finding.rule) };
    if (finding.trace !== undefined) diagnostic.relatedInformation = finding.trace.map((step) => new vscode.DiagnosticRelatedInformation(this.#locationOf(document, step), step.message));
    return diagnostic;
  }

  #locationOf(document: Lined, { range, elsewhere }: Step): vscode.Location {
    const place = elsewhere && this.#places.find(document.uri);
    if (!elsewhere || !place) return new vscode.Location(document.uri, rangeIn(document, range));
    const { path, start, end } = elsewhere;
    return new vscode.Location(this.#places.uriOf(place.repository, path as RepoPath), new vscode.Range(start.line, start.character, end.line, end.character));
  }

  dispose(): void {
    this.#collection.dispose();
  }
}

export function rangeIn(document: Pick<Lined, 'positionAt'>, { start, end }: Range): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}

/** A link that runs our command: the page is part of the extension and is shown without the network. */
export function rulePage(pages: vscode.Uri, rule: string): vscode.Uri {
  return vscode.Uri.joinPath(pages, `${rule}.md`);
}

function severityOf(severity: Severity): vscode.DiagnosticSeverity {
  switch (severity) {
    case 'critical':
    case 'high':
      return vscode.DiagnosticSeverity.Error;
    case 'medium':
      return vscode.DiagnosticSeverity.Warning;
    case 'low':
      return vscode.DiagnosticSeverity.Information;
    case 'info':
      return vscode.DiagnosticSeverity.Hint;
  }
}
