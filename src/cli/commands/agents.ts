/**
 * `vetmark agents`: which agents run Vetmark's hook; connect and disconnect them; prove that the hooks are alive.
 * Invariant 13: an agent's configuration is changed only on request, after a preview, and the undo is exact.
 */
import process from 'node:process';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Agent, Check, ConnectedHooks, Hooking, Scope } from '#agents/agent';
import { AGENTS } from '#agents/index';
import { commandLine } from '#agents/shared/command';
import { connect, disconnect, findHooks, offSwitches } from '#agents/shared/connect';
import { addedLines } from '#core/diff';
import { digestOf } from '#core/digest';
import { appendAudit } from '#project/audit-log';
import { changeConfiguration, leaveConfiguration, readConfiguration, undoConfiguration } from '#project/configuration';
import { ownProgram } from '#project/own-program';
import { answerOf, isFile, onPath } from '#project/programs';
import { openRepository } from '#project/repository';
import { homeFolder } from '#project/state-folder';
import { agentShell } from '../agent-shell.ts';
import { readOptions } from '../options.ts';
import { printable, refuse, type ExitCode, type Terminal } from '../terminal.ts';

const HELP = '`vetmark agents status`, `connect <agent>`, `disconnect <agent>` or `doctor [agent]`. Options: --scope user|project (default user), --yes for no question.';
/** Milliseconds that a hook has to answer the canary. */
const PATIENCE = 10_000;

export async function agents(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const yes = args.includes('--yes');
  const options = readOptions(args.filter((arg) => arg !== '--yes'), ['scope']);
  if (!options.ok) return refuse(terminal, options.message);
  const [verb, id, ...rest] = options.positionals;
  const { scope = 'user' } = options.values;
  if ((scope !== 'user' && scope !== 'project') || rest.length > 0) return refuse(terminal, HELP);
  if (verb === 'status' && id === undefined) return status(terminal);
  if (verb === 'doctor') return doctor(id, terminal);
  if ((verb !== 'connect' && verb !== 'disconnect') || id === undefined) return refuse(terminal, HELP);
  const agent = await AGENTS.get(id)?.();
  if (agent?.hooking === undefined) return refuse(terminal, `${agent === undefined ? `There is no agent "${id}".` : agent.connectedBy === undefined ? `${agent.name} has no configuration of its own.` : `${agent.name} reads the hooks of ${agent.connectedBy}: connect that.`} To connect are: ${(await connectable()).map((each) => each.id).join(', ')}.`);
  const place = await placeOf(agent.hooking, scope, terminal);
  if (typeof place === 'string') return refuse(terminal, place);
  return verb === 'connect' ? connectTo(agent, agent.hooking, place.file, yes, terminal) : disconnectFrom(agent, agent.hooking, place.file, yes, terminal);
}

/** What is typed on a command line to run this very program again, from wherever an agent runs it. */
async function ownCommand(): Promise<readonly string[]> {
  if ((await onPath('vetmark')) !== undefined) return ['vetmark'];
  const [, script = ''] = process.argv;
  // Beside the whole command line stands the program that answers hooks sooner.
  const program = script.replace(/cli\.mjs$/, 'vetmark.cjs');
  return [process.execPath, (await isFile(program)) ? program : script];
}

/** Commands that are this Vetmark's: its own, and the program that the editor put into Vetmark's state when it connected an agent. */
async function knownCommands(): Promise<readonly (readonly string[])[]> {
  const node = await onPath('node');
  return [await ownCommand(), [process.execPath, ownProgram()], ...(node === undefined ? [] : [[node, ownProgram()]])];
}

async function connectable(): Promise<readonly (Agent & { readonly hooking: Hooking })[]> {
  const all = await Promise.all([...AGENTS.values()].map((load) => load()));
  return all.filter((agent): agent is Agent & { readonly hooking: Hooking } => agent.hooking !== undefined);
}

async function placeOf(hooking: Hooking, scope: Scope, terminal: Terminal): Promise<{ readonly file: string } | string> {
  if (scope === 'user') return { file: join(homeFolder(), hooking.files.user) };
  const opened = await openRepository(terminal.cwd);
  return opened.ok ? { file: join(opened.repository.root, hooking.files.project) } : opened.message;
}

async function connectTo(agent: Agent, hooking: Hooking, file: string, yes: boolean, terminal: Terminal): Promise<ExitCode> {
  const before = await readConfiguration(file);
  if (!before.ok) return refuse(terminal, before.message);
  const merged = connect(agent, hooking, before.text, await ownCommand());
  if (!merged.ok) return refuse(terminal, `${file}: ${merged.message}`);
  if (merged.text === before.text || merged.text === undefined) {
    terminal.out(`${agent.name} runs Vetmark's hook already: ${printable(file)}\n`);
    return 0;
  }
  terminal.out(preview(file, before.text, merged.text, terminal));
  if (!(await agreed(`Write this to ${file}?`, yes, terminal))) return refuse(terminal, 'Nothing was written.');
  try {
    await changeConfiguration(file, before.text, merged.text);
  } catch (error) {
    return refuse(terminal, `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
  await record(file, before.text, merged.text, terminal);
  terminal.out(`${agent.name} is connected. \`vetmark agents disconnect ${agent.id}\` undoes exactly this; \`vetmark agents doctor ${agent.id}\` proves that the hook answers.\n${hooking.afterwards === undefined ? '' : `Know: ${hooking.afterwards}\n`}`);
  return 0;
}

async function disconnectFrom(agent: Agent, hooking: Hooking, file: string, yes: boolean, terminal: Terminal): Promise<ExitCode> {
  const before = await readConfiguration(file);
  if (!before.ok) return refuse(terminal, before.message);
  if (before.text === undefined || findHooks(agent, hooking, before.text).length === 0) {
    terminal.out(`${agent.name} does not run Vetmark's hook from ${printable(file)}.\n`);
    return 0;
  }
  const shell = agentShell(process.env);
  if (shell !== undefined) return refuse(terminal, `Disconnecting an agent is a person's act, and ${shell} says that this terminal belongs to an agent or a build. Run it in your own.`);
  if (!(await agreed(`Take Vetmark's hooks out of ${file}? The guard will not see ${agent.name} any more.`, yes, terminal))) return refuse(terminal, 'Nothing was written.');
  try {
    const undone = await undoConfiguration(file);
    if (undone !== 'exact') {
      const rest = disconnect(agent, hooking, before.text);
      if (!rest.ok) return refuse(terminal, `${file}: ${rest.message}`);
      await leaveConfiguration(file, rest.text);
    }
    const after = await readConfiguration(file);
    await record(file, before.text, after.ok ? after.text : undefined, terminal);
    terminal.out(`${agent.name} is disconnected: ${undone === 'exact' ? `${printable(file)} is as it was before` : `only Vetmark's hooks were taken out of ${printable(file)}, which others changed too`}.\n`);
    return 0;
  } catch (error) {
    return refuse(terminal, `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Writes the change down in the audit log of the repository where this runs; elsewhere there is none. */
async function record(file: string, before: string | undefined, after: string | undefined, terminal: Terminal): Promise<void> {
  const opened = await openRepository(terminal.cwd);
  if (!opened.ok) return;
  const recorded = await appendAudit(opened.repository, { kind: 'configuration', file, ...(before !== undefined && { before: digestOf(before) }), ...(after !== undefined && { after: digestOf(after) }) }, new Date());
  if (!recorded.ok) terminal.err(`${printable(recorded.message)}\n`);
}

/** Lines that go and lines that come. */
function preview(file: string, before: string | undefined, after: string, { paint }: Terminal): string {
  const lines = (text: string, other: string, sign: string, style: 'red' | 'green'): string =>
    addedLines(other, text).map(({ start, end }) => text.slice(start, end).replace(/\n$/, '').split('\n').map((line) => `${paint(style, `${sign} ${printable(line)}`)}\n`).join('')).join('');
  return `${paint('bold', printable(file))}${before === undefined ? ' (new file)' : ''}\n${lines(before ?? '', after, '-', 'red')}${lines(after, before ?? '', '+', 'green')}`;
}

async function agreed(question: string, yes: boolean, terminal: Terminal): Promise<boolean> {
  if (yes) return true;
  if (!terminal.interactive) {
    terminal.err('This asks a question: run it at a terminal, or say --yes.\n');
    return false;
  }
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await prompt.question(`${printable(question)} [y/N] `);
  prompt.close();
  return /^y(es)?$/i.test(answer.trim());
}

interface Connection {
  readonly agent: Agent & { readonly hooking: Hooking };
  readonly scope: Scope;
  readonly file: string;
  readonly text: string;
}

/** Where Vetmark's hooks stand. */
async function connections(terminal: Terminal): Promise<readonly Connection[]> {
  const found: Connection[] = [];
  for (const agent of await connectable()) {
    for (const scope of ['user', 'project'] as const) {
      const place = await placeOf(agent.hooking, scope, terminal);
      if (typeof place === 'string') continue;
      const content = await readConfiguration(place.file);
      if (content.ok && content.text !== undefined && findHooks(agent, agent.hooking, content.text).length > 0) found.push({ agent, scope, file: place.file, text: content.text });
    }
  }
  return found;
}

async function status(terminal: Terminal): Promise<ExitCode> {
  const found = await connections(terminal);
  for (const agent of await connectable()) {
    const places = found.filter((connection) => connection.agent.id === agent.id).map(({ scope, file }) => `${scope}: ${printable(file)}`);
    terminal.out(`${agent.id.padEnd(16)}${places.length === 0 ? terminal.paint('dim', 'not connected') : terminal.paint('green', `connected (${places.join('; ')})`)}\n`);
  }
  return 0;
}

/** 0: every connected hook denied the canary. 1: one did not, or is switched off. 2: none is connected. */
async function doctor(id: string | undefined, terminal: Terminal): Promise<ExitCode> {
  const opened = await openRepository(terminal.cwd);
  if (!opened.ok) return refuse(terminal, opened.message);
  const found = (await connections(terminal)).filter(({ agent }) => id === undefined || agent.id === id);
  if (found.length === 0) return refuse(terminal, `${id ?? 'No agent'} is ${id === undefined ? '' : 'not '}connected, so there is nothing to prove. \`vetmark agents connect <agent>\` connects one.`);
  const commands = await knownCommands();
  let sick = false;
  for (const { agent, scope, file, text } of found) {
    const hooks: ConnectedHooks = { scope, file, text, root: opened.repository.root };
    const troubles = [...offSwitches(agent.hooking, text).map((key) => `"${key}" is true there, which switches every hook off`), ...(await offElsewhere(agent, hooks)), ...(await canary(agent, text, commands, opened.repository.root))];
    sick ||= troubles.length > 0;
    terminal.out(`${agent.name} (${scope}, ${printable(file)}): ${troubles.length === 0 ? terminal.paint('green', 'alive, it denied a write to the policy') : terminal.paint('red', troubles.map(printable).join('; '))}\n`);
    if (agent.hooking.afterwards !== undefined) terminal.out(`  Not seen from here: ${agent.hooking.afterwards}\n`);
  }
  return sick ? 1 : 0;
}

/** What stands against the hooks in other files than theirs. */
async function offElsewhere({ checks = [] }: Agent, hooks: ConnectedHooks): Promise<readonly string[]> {
  const troubles: string[] = [];
  for (const check of checks) {
    const file = placeOfCheck(check, hooks.root);
    if (file === hooks.file) continue;
    const content = await readConfiguration(file);
    const trouble = content.ok ? await check.read(content.text, hooks) : undefined;
    if (trouble !== undefined) troubles.push(`${file}: ${trouble}`);
  }
  return troubles;
}

function placeOfCheck({ place, file }: Check, root: string): string {
  switch (place) {
    case 'home':
      return join(homeFolder(), file);
    case 'project':
      return join(root, file);
    case 'system':
      return file;
  }
}

/** Runs the hook as the configuration names it on a write that the guard must deny. A command that is not Vetmark's own as installed here is named, not run. */
async function canary(agent: Agent & { readonly hooking: Hooking }, text: string, commands: readonly (readonly string[])[], root: string): Promise<readonly string[]> {
  const calls = commands.map((command) => [...command, 'hook', agent.id]);
  const written = (call: readonly string[]): string => (agent.hooking.kind === 'own-file' ? agent.hooking.text(call) : commandLine(call));
  const hooks = findHooks(agent, agent.hooking, text);
  const call = calls.find((each) => hooks[0]?.command === written(each)) ?? calls[0]!;
  const other = hooks.find((hook) => hook.command !== written(call));
  if (other !== undefined) return [`it runs another command than this Vetmark would (${agent.hooking.kind === 'own-file' ? 'the file differs' : other.command}); connect again`];
  const missing = agent.hooking.kind === 'merge' ? agent.hooking.events.filter((event) => !findHooks(agent, agent.hooking, text).some((hook) => hook.event === event)) : [];
  if (missing.length > 0) return [`no hook for ${missing.join(', ')}; connect again`];
  const payload = agent.canary?.(root, join(root, '.vetmark/policy.json'));
  const { code, stderr } = await answerOf(call, JSON.stringify(payload), root, PATIENCE);
  if (code === 2 && stderr.trim() !== '') return [];
  return [code === undefined ? `its command could not be run or did not answer (${stderr.trim()})` : `it let a write to the policy through (exit code ${code})`];
}
