/**
 * An agent's page is its test: docs/agents/<id>.md is parsed, every block that states a result is computed anew from the block before it, and
 * the page is printed again. `UPDATE=1` rewrites the page.
 *
 *   `payload: NAME` in a fence's info  the recorded payload of that name, shown whole
 *   ```json event                      what the payload before it is read as
 *   ```json verdict                    an answer of the guard to that event
 *   ```text reply                      what the hook prints and how it exits
 *   ```json before / ```json connected  a configuration, and the same once connected; the undo must lead back
 *   <!-- payloads -->                  a table of every recorded payload and what it is read as, until <!-- /payloads -->
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { connect, disconnect, findHooks } from '#agents/shared/connect';
import type { Agent, AgentEvent, HookOutput, Parsed, Reply } from '#agents/agent';

const root = resolve(import.meta.dirname, '../..');

/** The page as it stands and as it should stand. */
export function agentPage(agent: Agent): { readonly written: string; readonly computed: string } {
  const file = join(root, `docs/agents/${agent.id}.md`);
  const written = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const computed = print(agent, written);
  if (process.env['UPDATE'] === '1' && computed !== written) writeFileSync(file, computed);
  return { written, computed };
}

/** Folder of the recorded payloads, as the page names it. */
function payloadFolders(page: string): readonly string[] {
  const line = /^Payloads: (.+)$/m.exec(page)?.[1] ?? '';
  return [...line.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);
}

interface Block { readonly info: string; readonly body: string }

function print(agent: Agent, page: string): string {
  const folders = payloadFolders(page);
  const out: string[] = [];
  let parsed: Parsed | undefined;
  let verdict: Reply | undefined;
  let before: string | undefined;
  for (const part of parts(page)) {
    if (typeof part === 'string') {
      out.push(part.replace(/<!-- payloads -->[^]*?<!-- \/payloads -->/, () => `<!-- payloads -->\n${table(agent, folders)}<!-- /payloads -->`));
      continue;
    }
    const named = /^json payload: (\S+)$/.exec(part.info)?.[1];
    let body = part.body;
    if (named !== undefined) {
      body = readFileSync(join(root, folders.map((folder) => join(folder, `${named}.json`)).find((path) => existsSync(join(root, path))) ?? `${named}.json`), 'utf8').trimEnd() + '\n';
      parsed = agent.parse(JSON.parse(body));
    } else if (part.info === 'json payload') parsed = agent.parse(JSON.parse(body));
    else if (part.info === 'json event') body = JSON.stringify(parsed?.ok === true ? parsed.event : parsed, undefined, 2) + '\n';
    else if (part.info === 'json verdict') verdict = JSON.parse(body) as Reply;
    else if (part.info === 'json before') before = body;
    else if (/^\w+ connected$/.test(part.info)) {
      body = connected(agent, before);
      before = undefined;
    } else if (part.info === 'text reply') {
      if (parsed?.ok !== true || verdict === undefined) throw new Error('a reply needs an event and a verdict before it');
      body = printReply(agent.reply(parsed.event, verdict));
    }
    out.push('```' + part.info + '\n' + body + '```');
  }
  return out.join('');
}

/** The configuration with Vetmark's hooks; taking them out again must not leave one. */
function connected(agent: Agent, before: string | undefined): string {
  if (agent.hooking === undefined) throw new Error(`${agent.id} has nothing to connect`);
  const merged = connect(agent, agent.hooking, before, ['vetmark']);
  if (!merged.ok || merged.text === undefined) throw new Error(merged.ok ? 'nothing to write' : merged.message);
  const undone = disconnect(agent, agent.hooking, merged.text);
  if (!undone.ok || (undone.text !== undefined && findHooks(agent, agent.hooking, undone.text).length > 0)) throw new Error('a hook is left after disconnecting');
  return merged.text;
}

/** Fenced blocks and the text between them, in order. */
function* parts(page: string): Iterable<string | Block> {
  let rest = page;
  for (;;) {
    const start = /^```(.+)\n/m.exec(rest);
    const end = start === null ? -1 : rest.indexOf('\n```', start.index + start[0].length - 1);
    if (start === null || end < 0) break;
    yield rest.slice(0, start.index);
    yield { info: start[1]!, body: rest.slice(start.index + start[0].length, end + 1) };
    rest = rest.slice(end + 4);
  }
  yield rest;
}

function printReply(output: HookOutput): string {
  return `exit ${output.exitCode}\nstdout ${output.stdout === '' ? '(nothing)\n' : output.stdout}stderr ${output.stderr === '' ? '(nothing)\n' : output.stderr}`;
}

function table(agent: Agent, folders: readonly string[]): string {
  const rows = folders.flatMap((folder) =>
    readdirSync(join(root, folder)).filter((file) => file.endsWith('.json') && !file.startsWith('_')).sort().map((file) => {
      const parsed = agent.parse(JSON.parse(readFileSync(join(root, folder, file), 'utf8')));
      return `| ${folders.length > 1 ? `${folder.split('/').at(-1)}/` : ''}${file.slice(0, -5)} | ${(parsed.ok ? summary(parsed.event) : `refused: ${parsed.message}`).replaceAll('|', '\\|')} |`;
    }),
  );
  return ['| payload | read as |', '|---|---|', ...rows].join('\n') + '\n';
}

function summary(event: AgentEvent): string {
  switch (event.kind) {
    case 'session-start':
    case 'session-end':
    case 'prompt':
      return event.kind + (event.model === undefined ? '' : `, model ${event.model}`);
    case 'turn-end':
      return `turn-end${event.background === 'running' ? ', something runs on in the background' : ''}`;
    case 'configuration':
      return `configuration changed: ${event.path}`;
    case 'other':
      return `other: ${event.name}`;
    case 'tool-before':
    case 'tool-after': {
      const what = event.command === undefined ? `${event.effect} ${event.paths.join(', ')}`.trimEnd() : `command of ${event.command.length} characters${event.outlives === true ? ', runs on' : ''}`;
      const writes = event.kind === 'tool-before' ? '' : event.writes.map((write) => `; wrote ${write.path}: before ${known(write.before)}, after ${known(write.after)}`).join('');
      return `${event.kind}, ${event.tool}: ${what}${writes}`;
    }
  }
}

function known(text: string | null | undefined): string {
  if (text === undefined) return 'not said';
  return text === null ? 'no file' : `${text.length} characters`;
}
