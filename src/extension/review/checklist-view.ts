/**
 * The checklist page: the selected region, what is known of it, the questions, and the button that vets.
 * Invariant 4: the button's press, brought back with this page's own number, is the gesture; no command leads to a signature.
 */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { checklistFor, type Question } from '#core/checklist';
import type { Finding } from '#core/finding';
import { lineAt, lineStarts } from '#core/text';
import type { FromPage, FindingView, RegionView, ToPage } from '#protocol/webview';
import { Debounced, Disposables } from '../disposable.ts';
import { editOf } from '../findings/actions.ts';
import type { FindingStore } from '../findings/store.ts';
import { detached } from '../log.ts';
import type { Tracker } from '../tracker/tracker.ts';
import { pressed } from './gesture.ts';
import type { Identity } from './identity.ts';
import { regionAtCursor } from './navigate.ts';
import type { RegionEntry, Registry } from './registry.ts';
import { removalWords, removedIn } from './removals.ts';
import { answerOf, missing, Sitting } from './sitting.ts';
import type { Trust } from './trust.ts';
import type { Vetting } from './vet.ts';
import { author, evidenceLine } from './words.ts';

export interface ChecklistParts {
  readonly registry: Registry;
  readonly findings: FindingStore;
  readonly tracker: Tracker;
  readonly trust: Trust;
  readonly identity: Identity;
  readonly vetting: Vetting;
  readonly extension: vscode.Uri;
}

export class ChecklistView implements vscode.WebviewViewProvider {
  readonly #disposables = new Disposables();
  readonly #parts: ChecklistParts;
  readonly #sitting = new Sitting();
  readonly #later = this.#disposables.add(new Debounced(60, () => detached(this.#show(), 'showing the checklist')));
  #view: vscode.WebviewView | undefined;
  #press = { key: '', number: '' };
  #key: string | undefined;
  #last = '';

  constructor(parts: ChecklistParts) {
    this.#parts = parts;
    this.#disposables.addAll(
      parts.registry.onDidChange(() => this.#later.call()),
      parts.trust.onDidChange(() => this.#later.call()),
      vscode.window.onDidChangeTextEditorSelection(() => this.#follow()),
      vscode.window.onDidChangeActiveTextEditor(() => this.#follow()),
      vscode.window.registerWebviewViewProvider('vetmark.checklist', this),
    );
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    this.#last = '';
    const media = vscode.Uri.joinPath(this.#parts.extension, 'media');
    const dist = vscode.Uri.joinPath(this.#parts.extension, 'dist');
    view.webview.options = { enableScripts: true, localResourceRoots: [media, dist] };
    view.webview.html = pageHtml(view.webview, vscode.Uri.joinPath(dist, 'webview.js'), vscode.Uri.joinPath(media, 'checklist.css'));
    // Listeners of a view die with it.
    view.webview.onDidReceiveMessage((message: FromPage) => detached(this.#received(message), 'answering the checklist page'));
    view.onDidDispose(() => {
      if (this.#view === view) this.#view = undefined;
    });
    view.onDidChangeVisibility(() => this.#later.call());
  }

  /** Shows a region and brings the page to the front. */
  async open(entry: RegionEntry | undefined): Promise<void> {
    if (entry !== undefined) this.#key = entry.key;
    this.#later.call();
    await vscode.commands.executeCommand('vetmark.checklist.focus');
  }

  /** The cursor went into another region: the page follows; outside of regions it stays. */
  #follow(): void {
    const entry = regionAtCursor(this.#parts.registry);
    if (entry === undefined || entry.key === this.#key) return;
    this.#key = entry.key;
    this.#later.call();
  }

  #current(): RegionEntry | undefined {
    const { registry } = this.#parts;
    const known = this.#key === undefined ? undefined : registry.find(this.#key);
    if (known !== undefined && known.state !== 'vetted') return known;
    // Its code was edited or vetted: what is at the cursor, or the next that waits.
    const next = regionAtCursor(registry) ?? registry.open[0];
    this.#key = next?.key;
    return next;
  }

  async #show(): Promise<void> {
    const view = this.#view;
    if (view === undefined || !view.visible) return;
    const entry = this.#current();
    const message: ToPage = entry === undefined ? { kind: 'empty', message: 'Nothing waits to be vetted. When an assistant or a tool writes code here, it is listed above.' } : { kind: 'region', region: await this.#regionView(entry), press: this.#pressFor(entry) };
    const picture = JSON.stringify(message);
    if (picture === this.#last) return;
    this.#last = picture;
    await view.webview.postMessage(message);
  }

  /** The number of the button on this region's page; a press spends it. */
  #pressFor({ key }: RegionEntry): string {
    if (this.#press.key !== key || this.#press.number === '') this.#press = { key, number: randomBytes(16).toString('base64url') };
    return this.#press.number;
  }

  async #questions(entry: RegionEntry): Promise<readonly Question[]> {
    const { place, text } = entry.tracked;
    const removed = place === undefined ? [] : await removedIn(place.repository, this.#parts.tracker.documents);
    const items = place === undefined ? [] : this.#parts.trust.policyFor(place.repository, place.path).items;
    return checklistFor({ text: text.text, range: entry.region.range, findings: entry.findings, items, removed: removed.map(removalWords) });
  }

  async #regionView(entry: RegionEntry): Promise<RegionView> {
    const { region, tracked } = entry;
    const starts = lineStarts(tracked.text.text);
    const questions = await this.#questions(entry);
    const page = this.#sitting.page(region.id);
    const main = region.spans.find(({ origin }) => origin === region.origin) ?? region.spans[0];
    const blocked = await this.#blocked(entry, questions);
    return {
      id: region.id,
      path: entry.name,
      label: entry.label,
      fromLine: entry.from + 1,
      toLine: entry.to + 1,
      state: entry.state,
      author: main === undefined ? 'Unknown' : author({ origin: region.origin, evidence: main.evidence }),
      evidence: [...new Set((main?.evidence ?? []).map(evidenceLine))],
      when: main === undefined || main.at === 0 ? '' : new Date(main.at).toLocaleString(vscode.env.language),
      findings: entry.findings.map((finding) => findingView(finding, starts)),
      checklist: questions.map((question) => {
        const { answer, note } = answerOf(question, page);
        return { id: question.id, question: question.question, note, ...(answer !== undefined && { answer }), ...(question.provenBy !== undefined && { provenBy: question.provenBy }) };
      }),
      note: page.note,
      ...(blocked !== undefined && { blocked }),
    };
  }

  async #blocked(entry: RegionEntry, questions: readonly Question[]): Promise<string | undefined> {
    const { place } = entry.tracked;
    if (!vscode.workspace.isTrusted) return 'This window is in Restricted Mode: trust the workspace to sign reviews.';
    if (place === undefined) return 'This file is in no git repository. Reviews are kept there: run `git init` first.';
    const standing = await this.#parts.identity.standing(place.repository);
    if (standing.kind === 'not') return standing.message;
    return missing(questions, this.#sitting.page(entry.region.id));
  }

  async #received(message: FromPage): Promise<void> {
    const entry = this.#current();
    switch (message.kind) {
      case 'ready':
        this.#last = '';
        return this.#show();
      case 'reveal':
        if (entry !== undefined) await reveal(entry.uri, message.line);
        return;
      case 'answer':
        this.#sitting.answer(message.region, message.item, message.answer, message.note);
        return this.#show();
      case 'note':
        this.#sitting.note(message.region, message.note);
        return;
      case 'fix':
        if (entry !== undefined) await this.#fix(entry, message.print, message.fix);
        return;
      case 'open-rule':
        await vscode.commands.executeCommand('vetmark.explainRule', message.rule);
        return;
      case 'vet':
        return this.#vet(entry, message.region, message.press);
    }
  }

  async #fix(entry: RegionEntry, print: string, index: number): Promise<void> {
    const document = await vscode.workspace.openTextDocument(entry.uri);
    const { findings, version } = this.#parts.findings.get(entry.uri);
    const fix = findings.find((finding) => finding.print === print)?.fixes[index];
    if (fix === undefined || version !== document.version) {
      void vscode.window.setStatusBarMessage('The code changed meanwhile; try the fix again in a moment.', 5000);
      return;
    }
    this.#parts.tracker.offer(document, [fix]);
    await vscode.workspace.applyEdit(editOf(document, fix));
  }

  async #vet(entry: RegionEntry | undefined, region: string, brought: string): Promise<void> {
    const human = pressed(this.#press.number, brought);
    this.#press = { key: '', number: '' };
    this.#last = '';
    if (human === undefined || entry === undefined || entry.region.id !== region) return this.#show();
    const questions = await this.#questions(entry);
    if ((await this.#blocked(entry, questions)) !== undefined) return this.#show();
    const result = await this.#parts.vetting.vet(human, entry.key, questions, this.#sitting.page(region));
    if (result.ok) this.#sitting.forget(region);
    else void vscode.window.showErrorMessage(result.message);
    this.#key = result.ok ? undefined : this.#key;
    return this.#show();
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

function findingView(finding: Finding, starts: readonly number[]): FindingView {
  const line = (offset: number): number => lineAt(starts, offset) + 1;
  return {
    print: finding.print,
    rule: finding.rule,
    severity: finding.severity,
    line: line(finding.range.start),
    message: finding.message,
    why: finding.why,
    advice: finding.advice,
    tags: [...finding.cwe.map((number) => `CWE-${number}`), ...finding.owasp],
    fixes: finding.fixes.map(({ title }) => title),
    steps: (finding.trace ?? []).map((step) => ({ line: line(step.range.start), message: step.message })),
  };
}

async function reveal(uri: vscode.Uri, line: number): Promise<void> {
  const at = new vscode.Position(Math.max(0, line - 1), 0);
  await vscode.window.showTextDocument(uri, { selection: new vscode.Range(at, at), preserveFocus: true });
}

/** The page: nothing but our own script and style, and no other source of anything. */
function pageHtml(webview: vscode.Webview, script: vscode.Uri, style: vscode.Uri): string {
  const nonce = randomBytes(16).toString('base64url');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${webview.asWebviewUri(style).toString()}">
<title>Checklist</title>
</head>
<body>
<main id="page"></main>
<div id="said" role="status" aria-live="polite"></div>
<script nonce="${nonce}" src="${webview.asWebviewUri(script).toString()}"></script>
</body>
</html>`;
}
