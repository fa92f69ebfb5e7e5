/**
 * The checklist page: the selected region, what is known of it, the questions, and the button that vets.
 * Invariant 4: the button's press, brought back with this page's own number, is the gesture; no command leads to a signature.
 */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { checklistFor, type Question } from '#core/checklist';
import { readingLacks } from '#core/demand';
import { dayAfter } from '#core/waiver';
import type { FromPage, RegionView, ToPage, WaiverView } from '#protocol/webview';
import { Debounced, Disposables } from '../disposable.ts';
import { editOf } from '../findings/actions.ts';
import type { FindingStore } from '../findings/store.ts';
import { detached } from '../log.ts';
import type { Tracker } from '../tracker/tracker.ts';
import { lackWords, missingWords } from './demand-words.ts';
import { inOrder } from './bulk.ts';
import type { Decisions } from './decisions.ts';
import type { Desk } from './desk.ts';
import { pressed } from './gesture.ts';
import { regionAtCursor } from './navigate.ts';
import { pageHtml } from './page-html.ts';
import type { ReadingWatch } from './reading.ts';
import { pageTexts, regionView } from './region-view.ts';
import type { RegionEntry, Registry } from './registry.ts';
import { removalWords, removedIn } from './removals.ts';
import { missing, waiverTrouble, type Sitting, type WaiverTrouble } from './sitting.ts';
import type { Trust } from './trust.ts';
import type { Vetting } from './vet.ts';

export interface ChecklistParts {
  readonly registry: Registry;
  readonly findings: FindingStore;
  readonly tracker: Tracker;
  readonly trust: Trust;
  readonly reading: ReadingWatch;
  readonly sitting: Sitting;
  readonly desk: Desk;
  readonly vetting: Vetting;
  readonly decide: Decisions;
  readonly extension: vscode.Uri;
}

/** Milliseconds after which a page that waits for reading is drawn anew. */
const READING_PAUSE = 2000;

export class ChecklistView implements vscode.WebviewViewProvider {
  readonly #disposables = new Disposables();
  readonly #parts: ChecklistParts;
  readonly #later = this.#disposables.add(new Debounced(60, () => detached(this.#show(), 'showing the checklist')));
  readonly #whileReading = this.#disposables.add(new Debounced(READING_PAUSE, () => detached(this.#show(), 'showing the checklist')));
  #view: vscode.WebviewView | undefined;
  #press = { key: '', number: '' };
  #key: string | undefined;
  /** The region that the person opened by name: it stays although it is vetted. */
  #asked: string | undefined;
  #focus: string | undefined;
  readonly #troubles = new Map<string, WaiverTrouble>();
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
    view.webview.html = pageHtml({ csp: view.webview.cspSource, script: view.webview.asWebviewUri(vscode.Uri.joinPath(dist, 'webview.js')).toString(), style: view.webview.asWebviewUri(vscode.Uri.joinPath(media, 'checklist.css')).toString(), language: vscode.env.language, title: vscode.l10n.t('Checklist') });
    // Listeners of a view die with it.
    view.webview.onDidReceiveMessage((message: FromPage) => detached(this.#received(message), 'answering the checklist page'));
    view.onDidDispose(() => {
      if (this.#view === view) this.#view = undefined;
      this.#parts.reading.focus('editor');
    });
    view.onDidChangeVisibility(() => this.#later.call());
  }

  /** Shows a region and brings the page to the front. `print`: a finding whose waiver the person wants to write. */
  async open(entry: RegionEntry | undefined, print?: string): Promise<void> {
    if (entry !== undefined) this.#key = entry.key;
    this.#asked = entry?.key;
    this.#focus = print;
    this.#later.call();
    await vscode.commands.executeCommand('vetmark.checklist.focus');
  }

  /** The cursor went into another region: the page follows; outside of regions it stays. */
  #follow(): void {
    const entry = regionAtCursor(this.#parts.registry);
    if (entry === undefined || entry.key === this.#key) return;
    this.#key = entry.key;
    this.#asked = undefined;
    this.#later.call();
  }

  #current(): RegionEntry | undefined {
    const { registry } = this.#parts;
    const known = this.#key === undefined ? undefined : registry.find(this.#key);
    if (known !== undefined && (known.state !== 'vetted' || known.key === this.#asked)) return known;
    // Its code was edited or vetted: what is at the cursor, or the next that waits.
    const next = regionAtCursor(registry) ?? inOrder(registry.open, this.#parts.trust)[0];
    this.#key = next?.key;
    return next;
  }

  async #show(): Promise<void> {
    const view = this.#view;
    if (view === undefined || !view.visible) return;
    const message = await this.#message();
    const picture = JSON.stringify(message);
    if (picture === this.#last) return;
    this.#last = picture;
    this.#focus = undefined;
    await view.webview.postMessage(message);
  }

  async #message(): Promise<ToPage> {
    const entry = this.#current();
    if (entry === undefined) return { kind: 'empty', message: vscode.l10n.t('Nothing waits to be vetted. When an assistant or a tool writes code here, it is listed above.') };
    return { kind: 'region', region: await this.#regionView(entry), texts: pageTexts(), press: this.#pressFor(entry), ...(this.#focus !== undefined && { focus: this.#focus }) };
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
    return checklistFor({ text: text.text, range: entry.region.range, findings: entry.findings, items, removed: removed.map(removalWords), ...(place !== undefined && { path: place.path }) });
  }

  async #regionView(entry: RegionEntry): Promise<RegionView> {
    const { trust, sitting, reading, vetting } = this.#parts;
    const { region, tracked: { place, text } } = entry;
    const questions = await this.#questions(entry);
    const said = place === undefined ? [] : region.units.flatMap((unit) => trust.said(place.repository, place.path, unit, text.text));
    const waivers = new Map(place === undefined ? [] : entry.findings.flatMap((finding) => {
      const waiver = trust.waiverOf(place.repository, place.path, finding);
      return waiver === undefined ? [] : [[finding.print, waiver] as const];
    }));
    return regionView({
      entry,
      questions,
      risk: vetting.riskOf(entry, questions),
      page: sitting.page(region.id),
      reading: reading.of(entry),
      policy: place === undefined ? undefined : trust.policyFor(place.repository, place.path),
      said,
      waivers,
      troubles: this.#troubles,
      blocked: await this.#blocked(entry, questions),
      now: new Date(),
    });
  }

  /** Why vetting is not offered, and what to do; `undefined`: it is. */
  async #blocked(entry: RegionEntry, questions: readonly Question[]): Promise<string | undefined> {
    const { desk, sitting } = this.#parts;
    const { place } = entry.tracked;
    if (place === undefined) return vscode.l10n.t('This file is in no git repository. Reviews are kept there: run `git init` first.');
    const closed = await desk.closed(place.repository);
    if (closed !== undefined) return closed;
    const unread = this.#unread(entry);
    if (unread !== undefined) {
      if (vscode.window.state.focused) this.#whileReading.call();
      return unread;
    }
    const left = missing(questions, sitting.page(entry.region.id));
    return left === undefined ? undefined : missingWords(left);
  }

  /** What the policy's demand on reading still lacks. */
  #unread(entry: RegionEntry): string | undefined {
    const { reading, trust } = this.#parts;
    const { region, tracked: { place, text } } = entry;
    if (place === undefined) return undefined;
    const demand = trust.policyFor(place.repository, place.path).requirement.reading;
    const moved = region.range.start - (region.units[0]?.range.start ?? region.range.start);
    for (const unit of region.units) {
      const lines = text.text.slice(unit.range.start + moved, unit.range.end + moved).split('\n').filter((line) => line.trim() !== '').length;
      const [lack] = readingLacks(reading.of(entry, unit), lines, demand);
      if (lack !== undefined) return vscode.l10n.t('Read on in the editor: of {0}, {1}.', unit.label, lackWords(lack));
    }
    return undefined;
  }

  async #received(message: FromPage): Promise<void> {
    const { sitting, reading, decide } = this.#parts;
    const entry = this.#current();
    switch (message.kind) {
      case 'ready':
        this.#last = '';
        return this.#show();
      case 'focus':
        // No redraw: the next key may be on its way to what would be drawn anew.
        reading.focus(message.on);
        return;
      case 'reveal':
        if (entry !== undefined) await reveal(entry.uri, message.line);
        return;
      case 'answer':
        sitting.answer(message.region, message.item, message.answer, message.note);
        return this.#show();
      case 'note':
        sitting.note(message.region, message.note);
        return;
      case 'fix':
        if (entry !== undefined) await this.#fix(entry, message.print, message.fix);
        return;
      case 'open-rule':
        await vscode.commands.executeCommand('vetmark.explainRule', message.rule);
        return;
      case 'waive':
        this.#waive(entry, message.region, message.print, message.waiver);
        return this.#show();
      case 'decide':
        if (entry === undefined || entry.region.id !== message.region) return this.#show();
        return message.how === 'send-back' ? decide.sendBack(entry) : decide.claim(message.how, entry);
      case 'vet':
        return this.#vet(entry, message.region, message.press);
    }
  }

  /** Notes a waiver for the next signature; it is worth nothing until then. */
  #waive(entry: RegionEntry | undefined, region: string, print: string, waiver: WaiverView | undefined): void {
    const { sitting, trust } = this.#parts;
    this.#troubles.delete(print);
    const place = entry?.tracked.place;
    if (waiver === undefined || place === undefined || entry?.region.id !== region) return sitting.waive(region, print, undefined);
    const { days } = trust.policyFor(place.repository, place.path).waivers;
    const now = new Date().toISOString();
    const draft = { reason: waiver.reason.trim(), until: waiver.until };
    const trouble = waiverTrouble(draft, now.slice(0, 10), days === undefined ? undefined : dayAfter(now, days));
    if (trouble === undefined) sitting.waive(region, print, draft);
    else this.#troubles.set(print, trouble);
  }

  async #fix(entry: RegionEntry, print: string, index: number): Promise<void> {
    const document = await vscode.workspace.openTextDocument(entry.uri);
    const { findings, version } = this.#parts.findings.get(entry.uri);
    const fix = findings.find((finding) => finding.print === print)?.fixes[index];
    if (fix === undefined || version !== document.version) {
      void vscode.window.setStatusBarMessage(vscode.l10n.t('The code changed meanwhile; try the fix again in a moment.'), 5000);
      return;
    }
    this.#parts.tracker.offer(document, [fix]);
    await vscode.workspace.applyEdit(editOf(document, fix));
  }

  async #vet(entry: RegionEntry | undefined, region: string, brought: string): Promise<void> {
    const { sitting, vetting } = this.#parts;
    const human = pressed(this.#press.number, brought);
    this.#press = { key: '', number: '' };
    this.#last = '';
    if (human === undefined || entry === undefined || entry.region.id !== region) return this.#show();
    const questions = await this.#questions(entry);
    if ((await this.#blocked(entry, questions)) !== undefined) return this.#show();
    const result = await vetting.vet(human, entry.key, questions, sitting.page(region));
    if (result.ok) sitting.forget(region);
    else void vscode.window.showErrorMessage(result.message);
    this.#key = result.ok ? undefined : this.#key;
    this.#asked = undefined;
    return this.#show();
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

async function reveal(uri: vscode.Uri, line: number): Promise<void> {
  const at = new vscode.Position(Math.max(0, line - 1), 0);
  await vscode.window.showTextDocument(uri, { selection: new vscode.Range(at, at), preserveFocus: true });
}
