/** The commands. None of them signs anything: `vetmark.vet` and `vetmark.waive` lead to the checklist page, the other decisions to modal dialogs, and only their buttons do (invariant 4). */
import * as path from 'node:path';
import * as vscode from 'vscode';
import { appendAudit } from '#project/audit-log';
import { REVIEWERS_FILE } from '#project/reviews';
import type { Repository } from '#project/repository';
import { Disposables } from '../disposable.ts';
import { log } from '../log.ts';
import type { CommandId, ViewCommandId } from '../contributes.ts';
import type { Places } from '../places.ts';
import { toggleCodeLens } from '../settings.ts';
import type { WelcomeCommand } from '../welcome/commands.ts';
import type { Tracker } from '../tracker/tracker.ts';
import { rulePage } from '../findings/diagnostics.ts';
import type { FindingStore } from '../findings/store.ts';
import { vetTogether } from './bulk.ts';
import { chosen } from './chosen.ts';
import type { ChecklistView } from './checklist-view.ts';
import type { Decisions } from './decisions.ts';
import type { Desk } from './desk.ts';
import type { Identity } from './identity.ts';
import { explainLine } from './explain-line.ts';
import { openRegion, regionAtCursor } from './navigate.ts';
import { openPolicy } from './open-policy.ts';
import type { ReadingWatch } from './reading.ts';
import type { RegionEntry, Registry } from './registry.ts';
import type { Node } from './tree.ts';
import type { Trust } from './trust.ts';
import type { Vetting } from './vet.ts';

export interface CommandParts {
  readonly registry: Registry;
  readonly checklist: ChecklistView;
  readonly vetting: Vetting;
  readonly desk: Desk;
  readonly reading: ReadingWatch;
  readonly findings: FindingStore;
  readonly decide: Decisions;
  readonly identity: Identity;
  readonly places: Places;
  readonly trust: Trust;
  readonly tracker: Tracker;
  readonly pages: vscode.Uri;
  /** The folder of the bundles. */
  readonly built: string;
}

export function registerCommands(parts: CommandParts): vscode.Disposable {
  const { registry, desk, tracker, trust, findings, decide, places, pages } = parts;
  const commands: Readonly<Record<Exclude<CommandId, ViewCommandId | WelcomeCommand>, (argument: unknown, others: unknown) => unknown>> = {
    'vetmark.openRegion': (argument) => {
      const entry = entryOf(registry, argument);
      return entry === undefined ? undefined : openRegion(entry);
    },
    'vetmark.vet': (argument) => showChecklist(parts, argument),
    'vetmark.showChecklist': (argument) => showChecklist(parts, argument),
    'vetmark.vetSeveral': (argument, others) => vetSeveral(parts, argument, others),
    'vetmark.notAi': (argument) => decideOn(parts, argument, (entry) => decide.claim('not-ai', entry)),
    'vetmark.mine': (argument) => decideOn(parts, argument, (entry) => decide.claim('mine', entry)),
    'vetmark.waive': (argument) => waive(parts, argument),
    'vetmark.sendBack': (argument) => decideOn(parts, argument, (entry) => decide.sendBack(entry)),
    'vetmark.openPolicy': () => openPolicy(places, () => chooseRepository(places)),
    'vetmark.signWritten': () => signWritten(parts),
    'vetmark.undoVet': () => desk.undo(),
    'vetmark.toggleCodeLens': () => toggleCodeLens(),
    'vetmark.enrol': () => enrol(parts),
    'vetmark.connectAgent': async (id, scope) => (await import('../agents/connecting.ts')).connectAgent({ built: parts.built, repositories: places.repositories }, id, scope),
    'vetmark.disconnectAgent': async (id, scope) => (await import('../agents/connecting.ts')).disconnectAgent({ built: parts.built, repositories: places.repositories }, id, scope),
    'vetmark.explainLine': () => explainLine(tracker, trust, findings),
    'vetmark.explainRule': (argument) => explainRule(pages, argument),
    'vetmark.noteAccept': (argument) => tracker.accepted(vscode.window.activeTextEditor, typeof argument === 'string' ? argument : 'unknown'),
  };
  const disposables = new Disposables();
  for (const [name, run] of Object.entries(commands)) disposables.add(vscode.commands.registerCommand(name, run));
  return disposables;
}

/** On the region that is named, or that the cursor is in. */
async function decideOn({ registry }: CommandParts, argument: unknown, decide: (entry: RegionEntry) => Promise<void>): Promise<void> {
  const entry = entryOf(registry, argument) ?? regionAtCursor(registry);
  if (entry === undefined) vscode.window.setStatusBarMessage(vscode.l10n.t('Vetmark: put the cursor into code that waits to be vetted.'), 4000);
  else await decide(entry);
}

/** Those that are selected in the list, or all that can be vetted together. */
async function vetSeveral(parts: CommandParts, argument: unknown, others: unknown): Promise<void> {
  const named = argument === undefined ? [] : chosen(parts.registry, argument, others);
  const result = await vetTogether(parts, new Set(named.map(({ key }) => key)));
  if (result?.ok === false) void vscode.window.showInformationMessage(result.message);
}

/** Leads to the form on the checklist page. `argument`: a region, or the fingerprint of a finding. */
async function waive({ registry, checklist }: CommandParts, argument: unknown): Promise<void> {
  const has = (entry: RegionEntry): boolean => entry.findings.some(({ print }) => print === argument);
  const entry = registry.open.find(has) ?? entryOf(registry, argument) ?? regionAtCursor(registry) ?? flawedAtCursor(registry);
  const print = entry?.findings.find((finding) => finding.print === argument)?.print ?? entry?.findings[0]?.print;
  if (entry === undefined || print === undefined) {
    vscode.window.setStatusBarMessage(vscode.l10n.t('Vetmark: no finding is open here, so there is nothing to waive.'), 4000);
    return;
  }
  await openRegion(entry);
  await checklist.open(entry, print);
}

/** Code at the cursor that was vetted although a finding is open in it. */
function flawedAtCursor(registry: Registry): RegionEntry | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return undefined;
  const { line } = editor.selection.active;
  return registry.standing(editor.document.uri).find(({ from, to, findings }) => from <= line && line <= to && findings.length > 0);
}

function entryOf(registry: Registry, argument: unknown): RegionEntry | undefined {
  if (typeof argument === 'string') return registry.find(argument);
  const node = argument as Partial<Node> | undefined;
  return node?.kind === 'region' && 'entry' in node ? node.entry : undefined;
}

async function showChecklist({ registry, checklist }: CommandParts, argument: unknown): Promise<void> {
  const named = entryOf(registry, argument);
  if (named !== undefined) await openRegion(named);
  await checklist.open(named ?? regionAtCursor(registry));
}

async function explainRule(pages: vscode.Uri, argument: unknown): Promise<void> {
  if (typeof argument !== 'string' || !/^[a-z0-9-]+$/.test(argument)) return;
  const page = rulePage(pages, argument);
  try {
    await vscode.workspace.fs.stat(page);
  } catch {
    void vscode.window.showInformationMessage(vscode.l10n.t('The rule {0} has no page yet.', argument));
    return;
  }
  await vscode.commands.executeCommand('markdown.showPreview', page);
}

async function enrol({ places, identity, trust }: CommandParts): Promise<void> {
  const repository = await chooseRepository(places);
  if (repository === undefined) return;
  const uri = places.uriOf(repository, REVIEWERS_FILE);
  const result = await identity.enrol(repository, uri);
  if (!result.ok) {
    void vscode.window.showErrorMessage(result.message);
    return;
  }
  if (result.added) {
    const audited = await appendAudit(repository, { kind: 'reviewer', action: 'enrolled', reviewer: result.principal }, new Date());
    if (!audited.ok) log('warn', audited.message);
  }
  await trust.refresh();
  await vscode.window.showTextDocument(uri, { preview: true });
  void vscode.window.showInformationMessage(result.added ? vscode.l10n.t('{0} may now vet here. Commit {1}: the gate reads it from the branch you merge into.', result.principal, REVIEWERS_FILE) : vscode.l10n.t('{0} is among the reviewers already.', result.principal));
}

/** Leads to a dialog that lists what would be signed; only the dialog's button signs. */
async function signWritten({ places, vetting }: CommandParts): Promise<void> {
  const repository = await chooseRepository(places);
  if (repository === undefined) return;
  const result = await vetting.signWritten(repository);
  if (!result.ok) void vscode.window.showInformationMessage(result.message);
}

async function chooseRepository(places: Places): Promise<Repository | undefined> {
  const { repositories } = places;
  const active = vscode.window.activeTextEditor === undefined ? undefined : places.find(vscode.window.activeTextEditor.document.uri)?.repository;
  if (active !== undefined || repositories.length === 1) return active ?? repositories[0];
  if (repositories.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Reviews are kept in a git repository, and this workspace has none. Run `git init` first.'));
    return undefined;
  }
  const choice = await vscode.window.showQuickPick(repositories.map((repository) => ({ label: path.basename(repository.root), description: repository.root, repository })), { title: vscode.l10n.t('Where do you want to vet?') });
  return choice?.repository;
}
