/** The commands. None of them signs anything: `vetmark.vet` leads to the checklist page and `vetmark.signWritten` to a modal dialog, whose buttons do (invariant 4). */
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
import type { Tracker } from '../tracker/tracker.ts';
import { rulePage } from '../findings/diagnostics.ts';
import type { ChecklistView } from './checklist-view.ts';
import type { Identity } from './identity.ts';
import { explainLine } from './explain-line.ts';
import { openRegion, regionAtCursor } from './navigate.ts';
import type { RegionEntry, Registry } from './registry.ts';
import type { Node } from './tree.ts';
import type { Trust } from './trust.ts';
import type { Vetting } from './vet.ts';

export interface CommandParts {
  readonly registry: Registry;
  readonly checklist: ChecklistView;
  readonly vetting: Vetting;
  readonly identity: Identity;
  readonly places: Places;
  readonly trust: Trust;
  readonly tracker: Tracker;
  readonly pages: vscode.Uri;
}

export function registerCommands(parts: CommandParts): vscode.Disposable {
  const { registry, vetting, tracker, pages } = parts;
  const commands: Readonly<Record<Exclude<CommandId, ViewCommandId>, (argument: unknown) => unknown>> = {
    'vetmark.openRegion': (argument) => {
      const entry = entryOf(registry, argument);
      return entry === undefined ? undefined : openRegion(entry);
    },
    'vetmark.vet': (argument) => showChecklist(parts, argument),
    'vetmark.showChecklist': (argument) => showChecklist(parts, argument),
    'vetmark.signWritten': () => signWritten(parts),
    'vetmark.undoVet': () => vetting.undo(),
    'vetmark.toggleCodeLens': () => toggleCodeLens(),
    'vetmark.enrol': () => enrol(parts),
    'vetmark.explainLine': () => explainLine(tracker),
    'vetmark.explainRule': (argument) => explainRule(pages, argument),
    'vetmark.noteAccept': (argument) => tracker.accepted(vscode.window.activeTextEditor, typeof argument === 'string' ? argument : 'unknown'),
  };
  const disposables = new Disposables();
  for (const [name, run] of Object.entries(commands)) disposables.add(vscode.commands.registerCommand(name, run));
  return disposables;
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
    void vscode.window.showInformationMessage(`The rule ${argument} has no page yet.`);
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
  void vscode.window.showInformationMessage(result.added ? `${result.principal} may now vet here. Commit ${REVIEWERS_FILE}: the gate reads it from the branch you merge into.` : `${result.principal} is among the reviewers already.`);
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
    void vscode.window.showInformationMessage('Reviews are kept in a git repository, and this workspace has none. Run `git init` first.');
    return undefined;
  }
  const choice = await vscode.window.showQuickPick(repositories.map((repository) => ({ label: path.basename(repository.root), description: repository.root, repository })), { title: 'Where do you want to vet?' });
  return choice?.repository;
}
