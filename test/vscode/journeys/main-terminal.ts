/** The same findings in the terminal, and the gate before and after the vetting. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as hands from '../../harness/vscode/hands.ts';
import { fixStep } from './main-findings.ts';
import { vetmark, type Ran, type Step } from './journey.ts';
import { lineOf, seeRegion } from './sights.ts';

let last: Ran = { code: -1, stdout: '', stderr: '' };

export const terminalSteps: readonly Step[] = [
  {
    title: 'Run "vetmark check" for people',
    act: async (world) => void (last = await vetmark(world, 'check')),
    see: async () => {
      assert.equal(last.code, 1, last.stderr);
      assert.match(last.stdout, /src\/orders\.ts/);
      return lastLine(last.stdout);
    },
  },
  {
    title: 'Run "vetmark check --format json"',
    act: async (world) => void (last = await vetmark(world, 'check', '--format', 'json')),
    see: async () => {
      assert.equal(last.code, 1, last.stderr);
      const report: unknown = JSON.parse(last.stdout);
      assert.match(JSON.stringify(report), /no-sql-injection|sql/);
      return `${last.stdout.length} characters of JSON`;
    },
  },
  {
    title: 'Run "vetmark check --format sarif"',
    act: async (world) => void (last = await vetmark(world, 'check', '--format', 'sarif')),
    see: async () => {
      assert.equal(last.code, 1, last.stderr);
      const log = JSON.parse(last.stdout) as { version: string; runs: readonly { results: readonly { ruleId: string }[] }[] };
      assert.equal(log.version, '2.1.0');
      const results = log.runs[0]?.results ?? [];
      assert.notEqual(results.length, 0);
      return `SARIF 2.1.0 with ${results.length} results: ${[...new Set(results.map((result) => result.ruleId))].join(', ')}`;
    },
  },
  fixStep('Fix the concatenated query, too', 'src/orders.ts', "'UPDATE orders SET total", 'SET total = total * $1 WHERE id = $2'),
  {
    title: 'Commit the work and run the gate before anybody vetted it',
    act: async (world) => {
      await world.shop.git('add', '--all');
      await world.shop.git('commit', '--quiet', '--message', 'Let assistants help');
      last = await vetmark(world, 'gate', '--base', 'base');
    },
    see: async () => {
      assert.equal(last.code, 1, last.stderr);
      assert.match(last.stdout, /findOrdersOf|orders\.ts/);
      return `exit code 1: ${lastLine(last.stdout)}`;
    },
  },
];

export const gateSteps: readonly Step[] = [
  {
    title: 'Commit the reviews and run the gate again',
    act: async (world) => {
      await world.shop.git('add', '--all');
      await world.shop.git('commit', '--quiet', '--message', 'Vet what assistants wrote');
      last = await vetmark(world, 'gate', '--base', 'base');
    },
    see: async () => {
      assert.equal(last.code, 0, last.stdout + last.stderr);
      return `exit code 0: ${lastLine(last.stdout)}`;
    },
  },
  {
    title: 'Ask whether the audit log is whole',
    act: async (world) => void (last = await vetmark(world, 'audit', 'verify')),
    see: async (world) => {
      assert.equal(last.code, 0, last.stdout + last.stderr);
      assert.match(last.stdout, /Checkpoints signed by robin@example\.com cover the first \d+/);
      const copies = await world.shop.git('notes', '--ref=vetmark-audit', 'list');
      assert.notEqual(copies.trim(), '');
      return last.stdout.trim().split('\n').slice(0, 2).join(' ').replace(/ in \S+/, '');
    },
  },
  {
    title: 'Change one token of vetted code',
    act: async (world) => {
      await hands.openFile(world.window, 'src/orders.ts');
      const line = await lineOf(world, 'src/orders.ts', 'ORDER BY id');
      await hands.goTo(world.window, line + 1);
      await hands.press(world.window, 'End', 'ArrowLeft');
      await hands.type(world.window, '.slice(1)');
      await hands.save(world.window);
    },
    see: async (world) => `"${await seeRegion(world, /findOrdersOf/)}" is back in the list`,
  },
  {
    title: 'Run the gate on the changed code',
    act: async (world) => {
      await world.shop.git('commit', '--quiet', '--all', '--message', 'Skip the first order');
      last = await vetmark(world, 'gate', '--base', 'base');
    },
    see: async () => {
      assert.equal(last.code, 1, last.stderr);
      return `exit code 1: ${lastLine(last.stdout)}`;
    },
  },
  {
    title: 'Run the gate against a base whose policy cannot be read',
    act: async (world) => {
      await mkdir(join(world.shop.folder, '.vetmark'), { recursive: true });
      await writeFile(join(world.shop.folder, '.vetmark/policy.json'), '{ "version": ');
      await world.shop.git('add', '--all');
      await world.shop.git('commit', '--quiet', '--message', 'Break the policy');
      await world.shop.git('commit', '--quiet', '--allow-empty', '--message', 'Go on');
      last = await vetmark(world, 'gate', '--base', 'HEAD~1');
    },
    see: async () => {
      assert.equal(last.code, 2, last.stdout + last.stderr);
      return `exit code 2: ${lastLine(last.stdout + last.stderr)}`;
    },
  },
];

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1)?.trim() ?? '';
}
