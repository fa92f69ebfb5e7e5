/** What signed records say, in a real editor: code that they cover, findings that they waive, and waivers that have ended. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { repoPathOf } from '#core/path';
import { writeStatement, type Review } from '#core/review';
import { occurrenceOf, unitsOf } from '#core/unit';
import { createKeyPair, signText } from '#project/sshsig';
import type { Api } from '../../../src/extension/api.ts';
import { until } from '../until.ts';

const folder = (): string => vscode.workspace.workspaceFolders![0]!.uri.fsPath;
const NAME = 'z-waivers.ts';
const CODE = 'export async function lookUp(name: string) {\n  return pool.query("SELECT id FROM people WHERE name = \'" + name + "\'");\n}\n';
const RECORD = '.vetmark/reviews/01KBBBBBBBBBBBBBBBBBBBBBBB.json';

describe('a signed record in the editor', () => {
  const keys = createKeyPair('ann@example.com');
  let api: Api;
  let document: vscode.TextDocument;
  let reviewers: string | undefined;

  before(async () => {
    api = (await vscode.extensions.getExtension('vetmark.vetmark')!.activate()) as Api;
    mkdirSync(join(folder(), '.vetmark/reviews'), { recursive: true });
    reviewers = read('.vetmark/reviewers');
    writeFileSync(join(folder(), '.vetmark/reviewers'), `${reviewers ?? ''}ann@example.com namespaces="vetmark" ${keys.publicKey.split(' ').slice(0, 2).join(' ')}\n`);
    writeFileSync(join(folder(), NAME), '');
    document = await vscode.workspace.openTextDocument(join(folder(), NAME));
    await vscode.window.showTextDocument(document);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), CODE);
    await vscode.workspace.applyEdit(edit);
    await document.save();
    await until(() => api.regions(document.uri).length > 0 && api.findings(document.uri).length > 0);
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const path of [NAME, RECORD, `${RECORD}.sig`, '.vetmark/policy.json']) rmSync(join(folder(), path), { force: true });
    if (reviewers === undefined) rmSync(join(folder(), '.vetmark/reviewers'), { force: true });
    else writeFileSync(join(folder(), '.vetmark/reviewers'), reviewers);
  });

  function read(path: string): string | undefined {
    try {
      return readFileSync(join(folder(), path), 'utf8');
    } catch {
      return undefined;
    }
  }

  function record(over: Partial<Review>): void {
    const all = unitsOf(CODE, 'typescript');
    const units = all.map((unit) => ({ path: repoPathOf(NAME)!, label: unit.label, digest: unit.digest, claim: 'vetted' as const, agents: [], ...occurrenceOf(all, unit) }));
    // A suite before this one may have enrolled somebody, and the repository has an id since then.
    const repository = /^# vetmark repository (\S+)/m.exec(read('.vetmark/reviewers') ?? '')?.[1];
    const statement = writeStatement({ ...(repository !== undefined && { repository }), units, reviewer: 'ann@example.com', at: new Date().toISOString(), answers: [{ item: 'read', answer: 'yes' }], openFindings: [], waivers: [], tool: { name: 'vetmark', version: '0.0.0' }, ...over });
    writeFileSync(join(folder(), `${RECORD}.sig`), signText(keys.privateKey, statement));
    writeFileSync(join(folder(), RECORD), statement);
  }

  /** The folder may have been made a moment ago, and then nothing watches it yet: a look at all repositories is what opening a workspace does. */
  const state = (): string | undefined => api.regions(document.uri)[0]?.state;
  const isNow = async (expected: string): Promise<void> => {
    for (let looks = 0; looks < 10; looks++) {
      if (await until(() => state() === expected, 2000).then(() => true, () => false)) return;
      await vscode.commands.executeCommand('vetmark.enrol');
    }
  };
  const waiver = (until: string): Review['waivers'] => api.findings(document.uri).map(({ print, rule }) => ({ print, rule, path: repoPathOf(NAME)!, reason: 'a table of ours', until }));

  it('covers the code that it speaks of', async () => {
    record({ waivers: waiver('2999-01-01') });
    await isNow('vetted');
    assert.equal(state(), 'vetted');
  });

  it('lets the finding come back as open, and the code with it, when its waiver has ended', async () => {
    record({ waivers: waiver('2026-01-01') });
    await isNow('unvetted');
    assert.equal(state(), 'unvetted');
  });

  it('covers nothing when it says less than the policy demands', async () => {
    record({});
    await isNow('vetted');
    writeFileSync(join(folder(), '.vetmark/policy.json'), '{"version":1,"require":[{"paths":"**","reading":{"share":100}}]}');
    await isNow('unvetted');
    record({ units: unitsOf(CODE, 'typescript').map((unit) => ({ path: repoPathOf(NAME)!, label: unit.label, digest: unit.digest, claim: 'vetted', agents: [], reading: { share: 100, seconds: 9 } })) });
    await isNow('vetted');
    assert.equal(state(), 'vetted');
  });
});
