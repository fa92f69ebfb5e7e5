/**
 * Wires the rooms of the extension by hand. `activate` reads nothing and starts no process: git, records and the worker come when the first
 * document needs them.
 */
import { performance } from 'node:perf_hooks';
import * as vscode from 'vscode';
import { refreshProgram } from '#project/own-program';
import { Hooks } from './agents/hooks.ts';
import { apiOf, type Api } from './api.ts';
import { Disposables } from './disposable.ts';
import { GapWatch } from './gap-watch.ts';
import { FindingActions } from './findings/actions.ts';
import { Surroundings } from './findings/surroundings.ts';
import { Worker } from './findings/client.ts';
import { ClosedFiles } from './findings/closed.ts';
import { Diagnostics, linedOf } from './findings/diagnostics.ts';
import { FindingStore } from './findings/store.ts';
import { detached, openLog } from './log.ts';
import { isTracked, Places } from './places.ts';
import { ChecklistView } from './review/checklist-view.ts';
import { AfterText } from './review/after-text.ts';
import { decisionsOf } from './review/decisions.ts';
import { Desk } from './review/desk.ts';
import { registerModelTools } from './review/model-tools.ts';
import { RecordKeeper } from './record-keeper.ts';
import { ReadingWatch } from './review/reading.ts';
import { Sitting } from './review/sitting.ts';
import { RegionLenses } from './review/code-lens.ts';
import { registerCommands } from './review/commands.ts';
import { Cursor } from './review/cursor.ts';
import { GoOn } from './review/go-on.ts';
import { RegionHover } from './review/hover.ts';
import { Identity } from './review/identity.ts';
import { LanguageStatus, type Limits } from './review/language-status.ts';
import { Marks } from './review/marks.ts';
import { OwnWork } from './review/own-work.ts';
import { keepSigned } from './review/record.ts';
import { Registry } from './review/registry.ts';
import { Status } from './review/status.ts';
import { Risks } from './review/risk.ts';
import { RegionTree } from './review/tree.ts';
import { Trust } from './review/trust.ts';
import { Vetting } from './review/vet.ts';
import { WhatChanged } from './review/what-changed.ts';
import { DiskFiles } from './tracker/disk.ts';
import { Memory } from './tracker/memory.ts';
import { Tracker } from './tracker/tracker.ts';
import { registerViewCommands } from './views/commands.ts';
import { tellContext } from './views/context.ts';
import { FindingsView } from './views/findings-view.ts';
import { GapsView } from './views/gaps-view.ts';
import { VettedView } from './views/vetted-view.ts';
import { registerWelcome } from './welcome/commands.ts';

let running: { readonly disposables: Disposables; readonly tracker: Tracker; readonly worker: Worker; readonly gapWatch: GapWatch } | undefined;

export function activate(context: vscode.ExtensionContext): Api {
  const started = performance.now();
  const disposables = new Disposables();
  disposables.add(openLog());
  const places = disposables.add(new Places());
  const tracker = disposables.add(new Tracker(places, new Memory(context.workspaceState)));
  const files = disposables.add(new DiskFiles(places, tracker));
  const hooks = disposables.add(new Hooks(places, tracker, files));
  tracker.witness = hooks;

  const findings = disposables.add(new FindingStore());
  const trust = disposables.add(new Trust(places));
  const registry = disposables.add(new Registry(tracker, trust, findings));
  const pages = vscode.Uri.joinPath(context.extensionUri, 'docs', 'rules');
  const diagnostics = disposables.add(new Diagnostics(findings, registry, pages, places));
  let limits: Limits = {};
  const gapWatch = disposables.add(new GapWatch(places, tracker));
  const worker = disposables.add(new Worker(
    context.asAbsolutePath('dist/server.cjs'),
    new Surroundings(places, trust),
    (params) => {
      gapWatch.workerSpoke();
      findings.publish(params);
    },
    () => gapWatch.workerEnded(),
    (why) => {
      limits = { analysis: vscode.l10n.t('The worker does not run: {0}. Reload the window to try again. The gate analyses by itself.', why) };
    },
  ));

  const identity = new Identity(context.secrets);
  const version = (context.extension.packageJSON as { readonly version: string }).version;
  disposables.add(new RecordKeeper(places, tracker, version));
  const ownWork = disposables.add(new OwnWork(tracker, trust));
  const reading = disposables.add(new ReadingWatch(registry));
  const sitting = new Sitting();
  const desk = new Desk(trust, identity, version);
  const vetting = new Vetting({ registry, tracker, trust, findings, ownWork, reading, desk });
  const decide = decisionsOf({ vetting, desk, trust, reading, sitting });
  const checklist = disposables.add(new ChecklistView({ registry, findings, tracker, trust, reading, sitting, desk, vetting, decide, extension: context.extensionUri }));
  const risks = new Risks(trust);
  const cursor = disposables.add(new Cursor(registry));
  const lenses = disposables.add(new RegionLenses(registry, cursor));
  const marks = disposables.add(new Marks(registry, context.extensionUri));
  const regions = disposables.add(new RegionTree({ registry, ownWork, risks, memory: context.workspaceState }));
  const gaps = disposables.add(new GapsView(registry, places));
  const whatChanged = disposables.add(new WhatChanged(registry, trust));
  const goOn = disposables.add(new GoOn(registry, (entry) => checklist.open(entry)));
  disposables.addAll(
    new Status(registry),
    new LanguageStatus(registry, tracker, () => limits),
    new AfterText(cursor),
    new ClosedFiles(registry, worker, findings),
    new FindingsView(findings, registry),
    new VettedView(trust, tracker, places, registry.onDidChange),
    tellContext(places),
    registerViewCommands({ registry, regions, gaps, whatChanged, goOn, store: findings, ranges: registry, tracker }),
    vscode.languages.registerHoverProvider([{ scheme: '*' }], new RegionHover(registry, risks)),
    vscode.languages.registerCodeLensProvider([{ scheme: '*' }], lenses),
    vscode.languages.registerCodeActionsProvider([{ scheme: '*' }], new FindingActions(findings, registry, tracker), FindingActions.metadata),
    registerModelTools({ registry, findings, tracker }),
    registerCommands({ desk, reading, findings, decide, registry, checklist, vetting, identity, places, trust, pages, tracker, built: context.asAbsolutePath('dist') }),
    refreshSoon(context.asAbsolutePath('dist')),
    showFindings(tracker, registry, findings, diagnostics),
    startWorker(worker),
    keepSigned(places, identity),
    registerWelcome(context, registry),
  );

  running = { disposables, tracker, worker, gapWatch };
  detached(places.refresh(), 'looking for repositories');
  const activation = performance.now() - started;
  return apiOf({ tracker, registry, findings, marks, regions, activation });
}

/** Writes down what is not yet, and lets the worker go. */
export async function deactivate(): Promise<void> {
  const last = running;
  running = undefined;
  if (last === undefined) return;
  await last.tracker.flush();
  await last.gapWatch.end();
  await last.worker.stop();
  last.disposables.dispose();
}

/** Squiggles follow findings and regions; edits carry findings along meanwhile. */
function showFindings(tracker: Tracker, registry: Registry, findings: FindingStore, diagnostics: Diagnostics): vscode.Disposable {
  const disposables = new Disposables();
  const refresh = (uri: vscode.Uri | undefined): void => {
    const open = new Set<string>();
    for (const document of vscode.workspace.textDocuments) {
      open.add(document.uri.toString());
      if (uri === undefined || document.uri.toString() === uri.toString()) diagnostics.refresh(document);
    }
    for (const closed of uri === undefined ? findings.documents : [uri]) {
      const tracked = open.has(closed.toString()) ? undefined : tracker.get(closed);
      if (tracked !== undefined && findings.get(closed).findings.length > 0) diagnostics.refresh(linedOf(closed, tracked.text.text));
    }
    if (uri !== undefined && !open.has(uri.toString()) && findings.get(uri).findings.length === 0) diagnostics.clear(uri);
  };
  disposables.addAll(
    tracker.onDidChange(({ tracked, change }) => {
      if (change !== undefined) findings.carry(tracked.uri, change);
    }),
    registry.onDidChange(refresh),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      findings.forget(uri);
      diagnostics.clear(uri);
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('vetmark.findings')) refresh(undefined);
    }),
  );
  return disposables;
}

/** Agents that were connected from the editor run a copy of the hook's program: it follows an update of the extension, once the editor has settled. */
function refreshSoon(built: string): vscode.Disposable {
  const soon = setTimeout(() => detached(refreshProgram(built), "bringing the hook's program up to date"), 3000);
  return { dispose: () => clearTimeout(soon) };
}

/** The worker starts with the first document it can analyse, once the editor has settled. */
function startWorker(worker: Worker): vscode.Disposable {
  const wanted = (document: vscode.TextDocument): boolean => isTracked(document) && Worker.takes(document);
  const startIf = (document: vscode.TextDocument): void => {
    if (wanted(document)) worker.start();
  };
  const soon = setTimeout(() => vscode.workspace.textDocuments.forEach(startIf), 200);
  const opened = vscode.workspace.onDidOpenTextDocument(startIf);
  return { dispose: () => (clearTimeout(soon), opened.dispose()) };
}
