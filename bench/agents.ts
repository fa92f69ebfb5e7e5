/**
 * Real agents with Vetmark's hooks: each client is installed by npm, connected by `vetmark agents connect`, and driven by a scripted model through edits and
 * commands in one repository that a person works in too. Counted are the lines that end up labelled with the right agent, as an editor would label them that
 * saw each state on disk. Clients stay in a folder below the system's temporary one, so that a second run need not load them again.
 */
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { buildProgram } from '../scripts/cli-bundle.mjs';
import { CLIENTS, configure, install, type Client, type World } from './agents/clients.ts';
import { chat, installChat } from './agents/copilot-chat.ts';
import { Ledger } from './agents/ledger.ts';
import { startModel, type Call } from './agents/model.ts';
import type { Bench } from './table.ts';

const INSTALLED = join(tmpdir(), 'vetmark-agent-clients');
/** Milliseconds for one client to do all it is told. */
const PATIENCE = 240_000;
const PERSON = 'typed by a person';

export const bench: Bench = async () => {
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'vetmark-bench-agents-')));
  try {
    const only = process.env['AGENTS']?.split(',');
    const desk = await Desk.set(top);
    const runs: Run[] = [];
    for (const client of CLIENTS.filter(({ id }) => only === undefined || only.includes(id))) runs.push(await desk.run(client));
    if (only === undefined || only.includes(CHAT)) runs.push(await chatRun(top));
    const done = runs.filter((run) => run.kind === 'done');
    const sum = (of: (run: Extract<Run, { kind: 'done' }>) => number): number => done.reduce((total, run) => total + of(run), 0);
    const columns = ['agent', 'version', 'lines written', 'labelled right', 'of a person', 'called an agent\'s', 'tool calls', 'events lost', 'gaps', 'policy write', 'configuration after'];
    return {
      tables: [
        { title: 'Real agents, connected by `vetmark agents connect`, in one repository', columns, rows: runs.map((run) => (run.kind === 'done' ? [run.id, run.version, run.written, run.right, run.persons, run.wronged, run.calls, run.lost, run.gaps, run.policy, run.undone] : [run.id, run.version, run.why, '', '', '', '', '', '', '', ''])) },
        ...(done.some(({ wrong }) => wrong.length > 0) ? [{ title: 'Lines with another label than they should have', columns: ['agent', 'line'], rows: done.flatMap(({ id, wrong }) => wrong.map((line) => [id, line])) }] : []),
      ],
      figures: { clients: runs.length, clientsRun: done.length, linesWritten: sum(({ written }) => written), linesRight: sum(({ right }) => right), linesOfAPersonCalledAnAgents: sum(({ wronged }) => wronged), eventsLost: sum(({ lost }) => lost), gaps: sum(({ gaps }) => gaps) },
    };
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
};

type Run =
  | { readonly kind: 'not run'; readonly id: string; readonly version: string; readonly why: string }
  | {
      readonly kind: 'done'; readonly id: string; readonly version: string; readonly written: number; readonly right: number; readonly wrong: readonly string[]; readonly persons: number; readonly wronged: number;
      readonly calls: number; readonly lost: number; readonly gaps: number; readonly policy: string; readonly undone: string;
    };

/** What a client is told to do, and the lines that are its own in the end, by file. */
interface Script {
  readonly calls: readonly Call[];
  readonly lines: ReadonlyMap<string, readonly string[]>;
}

function scriptOf(client: Client, world: World): Script {
  const name = client.id.replace(/\W/g, '');
  const line = (what: string): string => `export const ${what}_${name} = '${what} ${name}';`;
  const made = ['one', 'two', 'three', 'four', 'five'].map(line);
  const later = [line('six'), line('seven')];
  const inShared = [line('eight'), line('nine')];
  const appended = [line('ten'), line('eleven')];
  const generated = [line('twelve'), line('thirteen'), line('fourteen')];
  const printed = (lines: readonly string[]): string => `printf '%s\\n' ${lines.map((each) => `"${each}"`).join(' ')}`;
  return {
    calls: [
      client.create(world, `src/${client.id}.ts`, made.map((each) => `${each}\n`).join('')),
      client.read(world, 'shared.ts'),
      client.replace(world, 'shared.ts', markOf(client), inShared.join('\n')),
      client.shell(`mkdir -p gen && ${printed(generated)} > gen/${client.id}.txt && sed -i "s|^${markOf(client)}$|${line('fifteen')}|" README.md`),
      client.shell(`${printed([line('sixteen')])} > half-${client.id}.txt; exit 3`),
      client.read(world, `src/${client.id}.ts`),
      client.replace(world, `src/${client.id}.ts`, made[2]!, [made[2]!, ...later].join('\n')),
      client.shell(`${printed(appended)} >> shared.ts`),
      ...(client.unseen?.(`unseen-${client.id}.ts`, line('seventeen')) ?? []),
      client.create(world, '.vetmark/policy.json', '{ "version": 1, "threshold": "none" }\n'),
    ],
    lines: new Map<string, readonly string[]>([[`src/${client.id}.ts`, [...made, ...later]], ['shared.ts', [...inShared, ...appended]], [`gen/${client.id}.txt`, generated], ['README.md', [line('fifteen')]], [`half-${client.id}.txt`, [line('sixteen')]], ...(client.unseen === undefined ? [] : [[`unseen-${client.id}.ts`, [line('seventeen')]] as const])]),
  };
}

/** Copilot in VS Code by Vetmark's name of it. */
const CHAT = 'copilot-vscode';

/** Copilot Chat's agent mode in a window that has Vetmark: the labels are the editor's own. Commands are left out, for this VS Code has no terminal. */
async function chatRun(top: string): Promise<Run> {
  const installed = await installChat(INSTALLED);
  if (!installed.ok) return { kind: 'not run', id: CHAT, version: '', why: `not run: ${installed.message}` };
  const root = join(top, 'chat-shop');
  mkdirSync(root);
  const shared = 'export const shared = true;\n%%CHAT%%\n';
  writeFileSync(join(root, 'shared.ts'), shared);
  const environment = { ...process.env, HOME: join(top, 'home'), GIT_CONFIG_NOSYSTEM: '1' };
  for (const args of [['init', '-q', '-b', 'main'], ['add', '-A'], ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', 'commit', '-q', '-m', 'base']]) execFileSync('git', args, { cwd: root, env: environment, stdio: 'ignore' });
  writeFileSync(join(root, 'shared.ts'), `${shared}// ${PERSON}\n`);
  // By its path: a window's hooks see the PATH of a person's login shell.
  const vetmark = (...args: readonly string[]): void => void execFileSync(process.execPath, [join(top, 'dist/vetmark.cjs'), 'agents', ...args, 'copilot-cli', '--scope', 'project', '--yes'], { cwd: root, env: environment, stdio: ['ignore', 'ignore', 'inherit'] });
  vetmark('connect');
  const line = (what: string): string => `export const ${what}_chat = '${what} chat';`;
  const made = ['one', 'two', 'three', 'four', 'five'].map(line);
  const later = [line('six'), line('seven')];
  const inShared = [line('eight'), line('nine')];
  const own = join(root, 'src/chat.ts');
  const calls: readonly Call[] = [
    { name: 'create_file', input: { filePath: own, content: made.map((each) => `${each}\n`).join('') } },
    { name: 'replace_string_in_file', input: { filePath: join(root, 'shared.ts'), oldString: '%%CHAT%%', newString: inShared.join('\n') } },
    { name: 'replace_string_in_file', input: { filePath: own, oldString: made[2]!, newString: [made[2]!, ...later].join('\n') } },
    { name: 'create_file', input: { filePath: join(root, '.vetmark/policy.json'), content: '{}' } },
  ];
  let logged: readonly Record<string, unknown>[] = [];
  const { told, labels, error } = await chat(installed.place, root, calls, ['src/chat.ts', 'shared.ts'], (home) => { logged = loggedIn(home); });
  vetmark('disconnect');
  if (error !== undefined || told.length === 0) return { kind: 'not run', id: CHAT, version: installed.version, why: `did not run: ${String(error).slice(0, 200)}` };
  const written = new Map([['src/chat.ts', [...made, ...later]], ['shared.ts', inShared]]);
  const all = [...written].flatMap(([path, lines]) => lines.map((text) => ({ path, text, labels: labels[path]?.find((each) => each.text === text)?.labels ?? ['not there'] })));
  const wrong = all.filter((each) => each.labels.join() !== CHAT).map((each) => `${each.path}: ${each.text}: ${each.labels.join(', ')}`);
  const persons = Object.values(labels).flat().filter(({ text }) => text.includes(PERSON));
  const ofChat = logged.filter(({ kind, agent }) => kind === 'agent-tool' && agent === CHAT);
  const seen = (phase: string): number => ofChat.filter((each) => each['phase'] === phase).length;
  return {
    kind: 'done', id: CHAT, version: installed.version, written: all.length, right: all.length - wrong.length, wrong, persons: persons.length, wronged: persons.filter((each) => each.labels.some((label) => label !== 'baseline' && label !== 'external' && label !== 'unknown')).length,
    calls: calls.length, lost: Math.max(0, calls.length - seen('before')) + Math.max(0, calls.length - 1 - seen('after')), gaps: logged.filter(({ kind }) => kind === 'gap').length,
    policy: existsSync(join(root, '.vetmark/policy.json')) ? 'WRITTEN' : 'denied', undone: existsSync(join(root, '.github')) ? 'CHANGED' : 'as before, byte for byte',
  };
}

/** Events of the audit log of a person's home. */
function loggedIn(home: string): readonly Record<string, unknown>[] {
  const folder = join(home, '.local/state/vetmark/audit');
  const lines = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.jsonl')).sort().flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n')) : [];
  return lines.map((line) => (JSON.parse(line) as { event: Record<string, unknown> }).event);
}

/** A line that stands in the repository for the client to replace; it has nothing in common with what comes for it. */
function markOf({ id }: Client): string {
  return `%%${id.replace(/\W/g, '').toUpperCase()}%%`;
}

/** One person's machine: a home, a repository, and `vetmark` on the PATH. */
class Desk {
  readonly #home: string;
  readonly #root: string;
  readonly #bin: string;
  readonly #ledger: Ledger;

  private constructor(top: string) {
    this.#home = join(top, 'home');
    this.#root = join(top, 'shop');
    this.#bin = join(top, 'bin');
    for (const folder of [this.#home, this.#root, this.#bin]) mkdirSync(folder);
    this.#ledger = new Ledger(this.#root);
  }

  static async set(top: string): Promise<Desk> {
    const desk = new Desk(top);
    await buildProgram(join(top, 'dist'), { absWorkingDir: resolve(import.meta.dirname, '..') });
    chmodSync(join(top, 'dist/vetmark.cjs'), 0o755);
    symlinkSync(join(top, 'dist/vetmark.cjs'), join(desk.#bin, 'vetmark'));
    const marks = CLIENTS.map((client) => `${markOf(client)}\n`).join('');
    writeFileSync(join(desk.#root, 'shared.ts'), `export const shared = true;\n${marks}`);
    writeFileSync(join(desk.#root, 'README.md'), `# Shop\n${marks}`);
    for (const args of [['init', '-q', '-b', 'main'], ['add', '-A'], ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', 'commit', '-q', '-m', 'base']]) execFileSync('git', args, { cwd: desk.#root, env: desk.#environment(), stdio: 'ignore' });
    desk.#ledger.look();
    return desk;
  }

  async run(client: Client): Promise<Run> {
    const installed = await install(client, INSTALLED);
    const about = { id: client.id, version: client.version };
    if (!installed.ok) return { kind: 'not run', ...about, why: `not run: ${installed.message}` };
    const before = this.#logged();
    // Work of a person that is not committed yet: none of it is an agent's.
    appendFileSync(join(this.#root, 'shared.ts'), `// ${PERSON} before ${client.id}\n`);
    writeFileSync(join(this.#root, `notes-${client.id}.md`), `${PERSON}: ${client.id}\n`);
    this.#ledger.look();
    const calls: Call[] = [];
    const model = await startModel(calls, () => this.#ledger.look());
    const world: World = { url: model.url, root: this.#root, home: this.#home };
    const script = scriptOf(client, world);
    calls.push(...script.calls);
    try {
      configure(client, world);
      const kept = this.#configurations();
      this.#vetmark('agents', 'connect', client.id, '--yes');
      const answer = await this.#play(client, installed.program, world);
      this.#ledger.look();
      this.#vetmark('agents', 'disconnect', client.id, '--yes');
      if (model.told.length === 0) return { kind: 'not run', ...about, why: `did not ask the model: ${answer.slice(-200).replaceAll('\n', ' ')}` };
      if (process.env['SHOW'] === '1') console.error(client.id, model.told);
      const logged = this.#logged().slice(before.length);
      const own = logged.filter(({ kind, agent }) => kind === 'agent-tool' && agent === client.id);
      const lost = Math.max(0, script.calls.length - own.filter(({ phase }) => phase === 'before').length) + Math.max(0, script.calls.length - 1 - (client.unsent ?? 0) - own.filter(({ phase }) => phase === 'after').length);
      const wrong = [...script.lines].flatMap(([path, lines]) => lines.filter((line) => !this.#ledger.isAll(path, line, client.id)).map((line) => `${path}: ${line}: ${this.#ledger.labelOf(path, line)}`));
      const written = [...script.lines.values()].flat().length;
      const persons = this.#ledger.linesWith(PERSON);
      return {
        kind: 'done', ...about, written, right: written - wrong.length, wrong, persons: persons.length, wronged: persons.filter(({ agents }) => agents.length > 0).length, calls: script.calls.length, lost,
        gaps: logged.filter(({ kind }) => kind === 'gap').length, policy: existsSync(join(this.#root, '.vetmark/policy.json')) ? 'WRITTEN' : 'denied', undone: same(kept, this.#configurations(), client) ? 'as before, byte for byte' : 'CHANGED',
      };
    } finally {
      await model.close();
      rmSync(join(this.#root, '.vetmark'), { recursive: true, force: true });
    }
  }

  async #play(client: Client, program: string, world: World): Promise<string> {
    const child = spawn(program, client.arguments('Do the task.'), { cwd: this.#root, env: { ...this.#environment(), ...client.environment(world) }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => { said += chunk.toString('utf8'); });
    child.stderr.on('data', (chunk: Buffer) => { said += chunk.toString('utf8'); });
    const stop = (): void => {
      try {
        // What the client started goes with it.
        process.kill(-child.pid!, 'SIGKILL');
      } catch {
        // It is gone already.
      }
    };
    const timer = setTimeout(stop, PATIENCE);
    await new Promise((done) => child.on('close', done));
    clearTimeout(timer);
    stop();
    return said;
  }

  #vetmark(...args: readonly string[]): void {
    execFileSync(process.execPath, [join(this.#bin, 'vetmark'), ...args], { cwd: this.#root, env: this.#environment(), stdio: ['ignore', 'ignore', 'inherit'] });
  }

  #environment(): Record<string, string> {
    return { PATH: [this.#bin, dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter), HOME: this.#home, LANG: 'C.UTF-8', TERM: 'xterm', NO_COLOR: '1', GIT_CONFIG_NOSYSTEM: '1' };
  }

  #logged(): readonly Record<string, unknown>[] {
    return loggedIn(this.#home);
  }

  /** Every file in which an agent can be connected, and its bytes. */
  #configurations(): ReadonlyMap<string, string> {
    const names = readdirSync(this.#home, { recursive: true, encoding: 'utf8' }).filter((name) => /(?:^|\/)(?:settings|hooks|vetmark)\.(?:json|js)$/.test(name) && statSync(join(this.#home, name)).isFile());
    return new Map(names.map((name) => [name, readFileSync(join(this.#home, name), 'latin1')]));
  }
}

/** The files that Vetmark changed are as they were; a client may write others of its own. */
function same(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>, { id }: Client): boolean {
  const ours = [...after].filter(([, text]) => text.includes(`hook ${id}`) || text.includes(`"hook","${id}"`));
  return ours.length === 0 && [...before].every(([name, text]) => after.get(name) === text);
}
