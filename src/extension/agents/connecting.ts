/**
 * Connects an agent to Vetmark's hook from within the editor, and disconnects it: the change is shown as a diff, and written when a person says so.
 * Invariant 13: nothing is written before that, and the undo is exact. A file of its own in the build, loaded when somebody asks.
 */
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { Agent, Hooking, Scope } from '#agents/agent';
import { AGENTS } from '#agents/index';
import { connect, disconnect, findHooks } from '#agents/shared/connect';
import { digestOf } from '#core/digest';
import { appendAudit } from '#project/audit-log';
import { changeConfiguration, leaveConfiguration, readConfiguration, undoConfiguration, undoneConfiguration } from '#project/configuration';
import { placeProgram } from '#project/own-program';
import { onPath } from '#project/programs';
import type { Repository } from '#project/repository';
import { homeFolder } from '#project/state-folder';

type Connectable = Agent & { readonly hooking: Hooking };

export interface Desk {
  /** Where the program was built to. */
  readonly built: string;
  readonly repositories: readonly Repository[];
}

/** Asks which agent and where unless told, shows the change, asks, writes. */
export async function connectAgent(desk: Desk, id?: unknown, scope?: unknown): Promise<void> {
  const place = await choose(desk, 'apart', id, scope);
  if (place === undefined) return;
  const { agent, file } = place;
  const before = await readConfiguration(file);
  if (!before.ok) return void vscode.window.showErrorMessage(before.message);
  const command = await hookCommand(desk.built);
  if (command === undefined) return void vscode.window.showErrorMessage(vscode.l10n.t('An agent runs its hooks outside the editor, and neither `vetmark` nor `node` is on the PATH. Install Node.js 20 or newer, then connect again.'));
  const merged = connect(agent, agent.hooking, before.text, command);
  if (!merged.ok) return void vscode.window.showErrorMessage(`${file}: ${merged.message}`);
  if (merged.text === undefined || merged.text === before.text) return void vscode.window.showInformationMessage(vscode.l10n.t('{0} runs Vetmark\'s hook already: {1}', agent.name, file));
  if (!(await shown(file, before.text, merged.text, vscode.l10n.t('Connect {0}?', agent.name), vscode.l10n.t('Its hook tells Vetmark what it writes, and keeps it from writing to Vetmark\'s records.'), vscode.l10n.t('Connect')))) return;
  await changeConfiguration(file, before.text, merged.text);
  await record(desk, file, before.text, merged.text);
  void vscode.window.showInformationMessage([vscode.l10n.t('{0} is connected. Sessions that run already may have to be started anew.', agent.name), agent.hooking.afterwards ?? ''].join(' ').trim());
}

/** Asks which agent and where unless told, shows what goes, asks, undoes exactly what connecting did. */
export async function disconnectAgent(desk: Desk, id?: unknown, scope?: unknown): Promise<void> {
  const place = await choose(desk, 'connected', id, scope);
  if (place === undefined) return;
  const { agent, file } = place;
  const before = await readConfiguration(file);
  if (!before.ok || before.text === undefined) return;
  const exact = await undoneConfiguration(file);
  const merged = exact ?? disconnect(agent, agent.hooking, before.text);
  if (!merged.ok) return void vscode.window.showErrorMessage(`${file}: ${merged.message}`);
  if (!(await shown(file, before.text, merged.text ?? '', vscode.l10n.t('Disconnect {0}?', agent.name), vscode.l10n.t('The guard will not see it any more, and what it writes will have no name.'), vscode.l10n.t('Disconnect')))) return;
  if ((await undoConfiguration(file)) !== 'exact') await leaveConfiguration(file, merged.text);
  await record(desk, file, before.text, merged.text);
  void vscode.window.showInformationMessage(vscode.l10n.t('{0} is disconnected.', agent.name));
}

interface Chosen {
  readonly agent: Connectable;
  readonly file: string;
}

async function choose(desk: Desk, which: 'connected' | 'apart', id: unknown, scope: unknown): Promise<Chosen | undefined> {
  const all = (await Promise.all([...AGENTS.values()].map((load) => load()))).filter((agent): agent is Connectable => agent.hooking !== undefined);
  const places = await Promise.all(all.flatMap((agent) => placesOf(desk, agent)).map(async (place) => ({ ...place, state: await stateOf(place) })));
  const open = places.filter((place) => place.state === which && (id === undefined || place.agent.id === id) && (scope === undefined || place.scope === scope));
  if (open.length === 0) {
    void vscode.window.showInformationMessage(which === 'connected' ? vscode.l10n.t('No agent is connected here.') : vscode.l10n.t('Every agent that Vetmark knows is connected here.'));
    return undefined;
  }
  if (open.length === 1 && id !== undefined) return open[0];
  const items = open.map((place) => ({ label: place.agent.name, description: place.scope === 'user' ? vscode.l10n.t('for everything you do') : vscode.l10n.t('for everybody who works in {0}', path.basename(place.root ?? '')), detail: place.file, place }));
  return (await vscode.window.showQuickPick(items, { title: which === 'connected' ? vscode.l10n.t('Disconnect an Agent') : vscode.l10n.t('Connect an Agent'), placeHolder: vscode.l10n.t('Which agent, and where') }))?.place;
}

interface Place extends Chosen {
  readonly scope: Scope;
  readonly root?: string;
}

function placesOf({ repositories }: Desk, agent: Connectable): readonly Place[] {
  const { files } = agent.hooking;
  return [{ agent, scope: 'user', file: path.join(homeFolder(), files.user) }, ...repositories.map(({ root }): Place => ({ agent, scope: 'project', root, file: path.join(root, files.project) }))];
}

async function stateOf({ agent, file }: Chosen): Promise<'connected' | 'apart'> {
  const content = await readConfiguration(file);
  return content.ok && content.text !== undefined && findHooks(agent, agent.hooking, content.text).length > 0 ? 'connected' : 'apart';
}

/** What agents run, from wherever they are. `undefined`: there is nothing that could run it. */
async function hookCommand(built: string): Promise<readonly string[] | undefined> {
  if ((await onPath('vetmark')) !== undefined) return ['vetmark'];
  const node = await onPath('node');
  return node === undefined ? undefined : [node, await placeProgram(built)];
}

/** Shows the file as it is beside the file as it would be, and asks. True: a person pressed the button. */
async function shown(file: string, before: string | undefined, after: string, question: string, detail: string, button: string): Promise<boolean> {
  const texts = new Map([['before', before ?? ''], ['after', after]]);
  const provider = vscode.workspace.registerTextDocumentContentProvider(SCHEME, { provideTextDocumentContent: ({ query }) => texts.get(query) ?? '' });
  const view = (query: string): vscode.Uri => vscode.Uri.from({ scheme: SCHEME, path: file.replaceAll('\\', '/'), query });
  try {
    await vscode.commands.executeCommand('vscode.diff', view('before'), view('after'), `${path.basename(file)} (${question})`, { preview: true });
    // Both texts are there before the question is: they are shown as long as the tab is open.
    await Promise.all(['before', 'after'].map((query) => vscode.workspace.openTextDocument(view(query))));
    return (await vscode.window.showWarningMessage(question, { modal: true, detail: `${detail}\n\n${file}` }, button)) === button;
  } finally {
    provider.dispose();
  }
}

const SCHEME = 'vetmark-configuration';

async function record({ repositories }: Desk, file: string, before: string | undefined, after: string | undefined): Promise<void> {
  for (const repository of repositories) await appendAudit(repository, { kind: 'configuration', file, ...(before !== undefined && { before: digestOf(before) }), ...(after !== undefined && { after: digestOf(after) }) }, new Date());
}
