/**
 * Generated configuration files of every shape, for every agent that can be connected: connecting and disconnecting leads back byte for byte, and where
 * somebody changed the file since, everything that is not Vetmark's is still there.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'jsonc-parser';
import type { Agent, Hooking } from '#agents/agent';
import { AGENTS } from '#agents/index';
import { connect, disconnect, findHooks } from '#agents/shared/connect';
import { changeConfiguration, readConfiguration, undoConfiguration } from '#project/configuration';

/** Files written to disk, and texts that only are worked on, for each agent. */
const FILES = 25;
const TEXTS = 150;

const AGENTS_WITH_HOOKS = (await Promise.all([...AGENTS.values()].map((load) => load()))).filter((agent): agent is Agent & { readonly hooking: Hooking } => agent.hooking !== undefined);

/** Repeatable: the seed of a failure is in its message. */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(limit: number): number {
    // Park and Miller.
    this.#state = (this.#state * 48271) % 2147483647;
    return this.#state % limit;
  }

  one<T>(of: readonly T[]): T {
    return of[this.below(of.length)]!;
  }
}

interface Ends {
  readonly eol: string;
  readonly indent: string;
}

/** A JSON object as a person may have laid it out: comments, trailing commas, one line or many. */
function objectOf(dice: Dice, ends: Ends, depth: number, members: readonly (readonly [key: string, value: string])[], kind: '{}' | '[]' = '{}'): string {
  const [open, close] = kind;
  const shown = members.map(([key, value]) => (kind === '[]' ? value : `"${key}"${dice.one([': ', ':', ' : '])}${value}`));
  const oneLine = !shown.join('').includes('//') && dice.below(4) === 0;
  const comma = (index: number): string => (index < shown.length - 1 || (shown.length > 0 && dice.below(6) === 0) ? ',' : '');
  if (oneLine) return `${open}${dice.one(['', ' '])}${shown.map((each, index) => each + comma(index)).join(' ')}${dice.one(['', ' '])}${close}`;
  const comment = (): string => dice.one(['', '', '', ' // why', ' /* kept */']);
  const inner = ends.indent.repeat(depth + 1);
  return `${open}${comment()}${ends.eol}${shown.map((each, index) => `${dice.below(8) === 0 ? ends.eol : ''}${inner}${each}${comma(index)}${comment()}${ends.eol}`).join('')}${ends.indent.repeat(depth)}${close}`;
}

function configurationOf(dice: Dice, { events, entry }: Extract<Hooking, { kind: 'merge' }>): string {
  const ends: Ends = { eol: dice.one(['\n', '\n', '\r\n']), indent: dice.one(['  ', '    ', '\t', ' ']) };
  const other = (): string => JSON.stringify(entry(dice.one(['./lint.sh', 'echo "käse 🧀"', 'other hook claude-code-like'])));
  const lists = [...events, 'Unrelated'].filter(() => dice.below(2) === 0).map((event): readonly [string, string] => [event, objectOf(dice, ends, 2, Array.from({ length: dice.below(3) }, () => ['', other()] as const), '[]')]);
  const members: (readonly [string, string])[] = [];
  if (dice.below(2) === 0) members.push(['model', '"opus"']);
  if (dice.below(3) === 0) members.push(['version', '1']);
  if (dice.below(3) > 0) members.push(['hooks', objectOf(dice, ends, 1, lists)]);
  if (dice.below(3) === 0) members.push(['env', objectOf(dice, ends, 1, [['NAME', '"a // b, { \\"c\\" }"']])]);
  if (dice.below(4) === 0) members.push(['permissions', objectOf(dice, ends, 1, [['deny', '["Read(.env)"]']])]);
  return `${dice.one(['', '', '', '\ufeff'])}${dice.one(['', '', `// mine${ends.eol}`])}${objectOf(dice, ends, 0, members)}${dice.one(['', ends.eol, ends.eol + ends.eol])}`;
}

/** What a program reads of a text, without lists and objects of hooks that hold nothing. */
function meaning(text: string): object {
  const value = parse(text.replace(/^\ufeff/, ''), [], { allowTrailingComma: true }) as { hooks?: Record<string, unknown[]> };
  const hooks = Object.fromEntries(Object.entries(value.hooks ?? {}).filter(([, list]) => list.length > 0));
  return { ...value, hooks };
}

describe('a generated configuration', () => {
  let top: string;
  let state: string | undefined;
  before(() => {
    top = mkdtempSync(join(tmpdir(), 'vetmark-configurations-'));
    state = process.env['XDG_STATE_HOME'];
    process.env['XDG_STATE_HOME'] = join(top, 'state');
  });
  after(() => {
    if (state === undefined) delete process.env['XDG_STATE_HOME'];
    else process.env['XDG_STATE_HOME'] = state;
    rmSync(top, { recursive: true, force: true });
  });

  const roundTrip = async (agent: Agent, hooking: Hooking, file: string, before: string | undefined): Promise<string | undefined> => {
    if (before !== undefined) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, before);
    }
    const read = await readConfiguration(file);
    assert.equal(read.ok, true);
    const merged = connect(agent, hooking, (read as { text: string | undefined }).text, ['vetmark']);
    assert.equal(merged.ok, true, `${JSON.stringify(before)}: ${merged.ok ? '' : merged.message}`);
    await changeConfiguration(file, before, (merged as { text: string }).text);
    assert.notEqual(findHooks(agent, hooking, readFileSync(file, 'utf8')).length, 0);
    assert.equal(await undoConfiguration(file), 'exact');
    return readdirSync(dirname(dirname(file)), { recursive: true, encoding: 'utf8' }).length === 0 ? undefined : readFileSync(file, 'latin1');
  };

  for (const agent of AGENTS_WITH_HOOKS) {
    const { id, hooking } = agent;
    it(`of ${id} is byte for byte what it was, after connecting and disconnecting`, async () => {
      for (let seed = 1; seed <= (hooking.kind === 'merge' ? FILES : 1); seed++) {
        const text = hooking.kind === 'merge' ? configurationOf(new Dice(seed * 7919), hooking) : undefined;
        const file = join(top, id, `${seed}`, 'deep', 'settings.json');
        mkdirSync(join(top, id, `${seed}`), { recursive: true });
        assert.equal(await roundTrip(agent, hooking, file, text), text === undefined ? undefined : Buffer.from(text, 'utf8').toString('latin1'), `seed ${seed}`);
      }
    });

    if (hooking.kind !== 'merge') continue;
    it(`of ${id} means what it meant, after Vetmark's hooks were taken out of one that others changed since`, () => {
      for (let seed = 1; seed <= TEXTS; seed++) {
        const text = configurationOf(new Dice(seed * 104729), hooking);
        const merged = connect(agent, hooking, text, ['vetmark']) as { text: string };
        const undone = disconnect(agent, hooking, merged.text.replace('"opus"', '"sonnet"')) as { text: string };
        const kept: object = { ...meaning(text.replace('"opus"', '"sonnet"')), ...hooking.members };
        assert.deepEqual(meaning(undone.text), kept, `seed ${seed}: ${text}`);
      }
    });
  }
});
