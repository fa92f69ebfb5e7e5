/**
 * Records scenarios in a real VS Code: a window with the product and the actors, each scenario in a file of its own, and what the product saw of it.
 * Guards: a scenario whose text is not its truth's is an error, never a recording.
 */
import type { Browser } from 'playwright-core';
import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openRepository, type Repository } from '#project/repository';
import type { DocumentSeen } from '../../../vscode/provenance/director.ts';
import { launchBrowser } from '../browser.ts';
import { stageExtension } from '../host-run.ts';
import { packageActors } from '../packaging.ts';
import { root } from '../places.ts';
import type { Stage } from '../prepare.ts';
import { freePort, startServer } from '../server.ts';
import { nobody } from '../shop.ts';
import { until } from '../until.ts';
import { openWindow } from '../window.ts';
import { directorAt } from './director.ts';
import { Play } from './play.ts';
import type { Recording, SeenOf } from '../../provenance/recording.ts';
import { BASE, settings, type Scenario } from './scenario.ts';
import { textOf, type Truth } from '../../provenance/truth.ts';

const run = promisify(execFile);

export interface RecordOptions {
  readonly stage: Stage;
  readonly scenarios: readonly Scenario[];
  /** The product may use the proposed API it knows. */
  readonly proposed: boolean;
  /** Hears of each scenario as it is done. */
  readonly tell: (outcome: Recorded) => void;
}

export type Recorded = { readonly kind: 'recorded'; readonly recording: Recording } | { readonly kind: 'failed'; readonly title: string; readonly error: string };

export async function record(options: RecordOptions): Promise<readonly Recorded[]> {
  const { stage, proposed } = options;
  const development = await stageExtension(proposed ? 'declared' : 'none');
  const tests = await bundleDirector(development);
  const server = await startServer({ stage, vsix: [await packageActors()], settings });
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'vetmark-recorded-')));
  let browser: Browser | undefined;
  try {
    const repository = await makeRepository(folder, options.scenarios);
    browser = await launchBrowser(stage);
    const port = await freePort();
    // The actors' own proposal needs the switch; the product declares none unless it is to have it.
    const window = await openWindow(browser, { server, folder, proposals: 'declared', development, tests, env: { VETMARK_DIRECTOR: String(port) } }, 'provenance');
    const director = directorAt(port);
    await until('the director', async () => ((await director.ask({ act: 'quiet' })) === undefined ? undefined : true), 90_000);
    const all: Recorded[] = [];
    for (const [index, scenario] of options.scenarios.entries()) {
      const play = new Play(window, director, repository, folder, fileOf(scenario, index));
      const recorded = await recordOne(scenario, play, stage.version, proposed);
      if (recorded.kind === 'failed') await window.screenshot(scenario.title);
      all.push(recorded);
      options.tell(recorded);
    }
    await director.ask({ act: 'end' });
    return all;
  } finally {
    await browser?.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function recordOne(scenario: Scenario, play: Play, version: string, proposed: boolean): Promise<Recorded> {
  const { director, file } = play;
  try {
    await play.actors({});
    await director.ask({ act: 'seen' });
    await play.show(file);
    await play.quiet();
    await play.caret();
    const told = await scenario.play(play);
    const truths = Object.entries(Array.isArray(told) ? { [file]: told as Truth } : (told as Readonly<Record<string, Truth>>));
    await play.quiet();
    const documents = [];
    for (const [name, truth] of truths) {
      const { text, spans } = (await director.ask({ act: 'document', file: name })) as DocumentSeen;
      const held = text ?? (await play.disk(name));
      if (held !== textOf(truth)) throw new Error(`${name} does not hold what the scenario says.\nsays:  ${JSON.stringify(textOf(truth))}\nholds: ${JSON.stringify(held)}`);
      documents.push({ file: name, truth, labels: spans });
    }
    const names = new Set(documents.map((document) => document.file));
    const events = ((await director.ask({ act: 'seen' })) as readonly SeenOf[]).filter((event) => names.has(event.file));
    return { kind: 'recorded', recording: { title: scenario.title, group: scenario.group, version, proposed, documents, events } };
  } catch (error) {
    return { kind: 'failed', title: scenario.title, error: error instanceof Error ? error.message : String(error) };
  } finally {
    await play.press('Escape', 'Escape');
    await director.ask({ act: 'close' }).catch(() => undefined);
    await forget(play);
  }
}

/** Each scenario begins as in a clone of its own: what is remembered of one is found again in another by its content. */
async function forget(play: Play): Promise<void> {
  for (const args of [['checkout', '--quiet', '--force', 'main'], ['reset', '--quiet', '--hard'], ['clean', '--quiet', '-d', '--force']]) await play.git(...args);
  await play.quiet();
  for (const name of ['pending', 'past']) await rm(join(play.repository.gitDir, 'vetmark', name), { recursive: true, force: true });
}

function fileOf({ title, ending = 'ts' }: Scenario, index: number): string {
  return `${String(index).padStart(2, '0')}-${slug(title)}.${ending}`;
}

/** A title as a file's name. */
export function slug(title: string): string {
  return title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '');
}

async function makeRepository(folder: string, scenarios: readonly Scenario[]): Promise<Repository> {
  const git = (...args: readonly string[]): Promise<unknown> => run('git', args, { cwd: folder, env: nobody });
  await mkdir(folder, { recursive: true });
  for (const [index, scenario] of scenarios.entries()) await writeFile(join(folder, fileOf(scenario, index)), scenario.base ?? BASE);
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'Begin');
  const opened = await openRepository(folder);
  if (!opened.ok) throw new Error(opened.message);
  return opened.repository;
}

async function bundleDirector(extension: string): Promise<string> {
  const outfile = join(extension, 'test/director.cjs');
  await build({ entryPoints: [join(root, 'test/vscode/provenance/director.ts')], outfile, bundle: true, platform: 'node', target: 'node22', format: 'cjs', external: ['vscode'], logLevel: 'warning' });
  return outfile;
}
