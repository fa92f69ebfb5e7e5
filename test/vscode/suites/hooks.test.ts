/** What agents write to files that are not open, in whatever order the disk and their hooks tell of it. */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { digestOf } from '#core/digest';
import type { RepoPath } from '#core/path';
import { writeMarker } from '#project/markers';
import { openRepository, type Repository } from '#project/repository';
import type { Api } from '../../../src/extension/api.ts';
import { until } from '../until.ts';

const ROUNDS = 8;
const folder = (): string => vscode.workspace.workspaceFolders![0]!.uri.fsPath;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
let api: Api;
let repository: Repository;
const made: string[] = [];

const piece = (name: string): string => `export function ${name}() {\n  return '${name}';\n}\n`;

function origins(file: string): string[] {
  return [...new Set(api.spans(vscode.Uri.file(join(folder(), file))).map(({ origin }) => (origin.kind === 'agent' ? origin.agent : origin.kind)))];
}

/** The agent writes, and its hook tells of it `late` milliseconds after. */
async function write(file: string, before: string | null, after: string, late: number): Promise<void> {
  writeFileSync(join(folder(), file), after);
  made.push(file);
  await pause(late);
  const from = before === null ? 0 : before.length;
  await writeMarker(repository, { agent: 'codex', session: 's', tool: 'apply_patch', path: file as RepoPath, before: before === null ? null : digestOf(before), after: digestOf(after), written: [{ start: from, end: after.length }], at: Date.now() });
}

async function expectCodex(file: string, what: string): Promise<void> {
  await until(() => origins(file).join() === 'codex').catch(() => undefined);
  assert.deepEqual(origins(file), ['codex'], what);
}

describe('what an agent writes to a file that is not open', () => {
  before(async () => {
    api = (await vscode.extensions.getExtension('vetmark.vetmark')!.activate()) as Api;
    const opened = await openRepository(folder());
    assert.ok(opened.ok);
    repository = opened.repository;
    await pause(1000);
  });
  after(() => {
    for (const file of made) rmSync(join(folder(), file), { force: true });
  });

  it('is the agent\'s, whenever its hook tells of it', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const late = round * 90;
      const file = `agent-late-${round}.ts`;
      await write(file, null, piece(`late${round}`), late);
      await expectCodex(file, `the hook came ${late} ms after`);
    }
  });

  it('is the agent\'s, when it writes several times in a row', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const file = `agent-often-${round}.ts`;
      let text: string | null = null;
      for (const name of ['one', 'two', 'three']) {
        const after: string = (text ?? '') + piece(name);
        await write(file, text, after, round * 20);
        text = after;
      }
      await expectCodex(file, `each hook came ${round * 20} ms after`);
    }
  });
});
