/**
 * Runs mocha suites inside a real extension host, with the product under development, and hands back what they said.
 * Invariant: stable VS Code is the default; proposed API is on only where asked for, and then declared in a copy of the manifest, never in the product's own.
 */
import { build } from 'esbuild';
import { cp, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { launchBrowser, newPage, windowUrl, type WindowOptions } from './browser.ts';
import { out, root } from './places.ts';
import { prepareStage } from './prepare.ts';
import { startServer } from './server.ts';

/** Proposed API the product uses where it finds it. */
const proposals = ['textDocumentChangeReason'];

/** Starts each line of the runner in the extension host, so that it is told from what VS Code prints. */
const mark = 'mocha: ';

export interface HostRun {
  readonly proposals: WindowOptions['proposals'];
  /** Absolute path of the folder to open; the suites may write in it. */
  readonly folder: string;
  /** Folder of test/vscode whose `*.test.ts` are run. */
  readonly suites?: 'suites' | 'measures' | 'bare';
  /** `none`: an extension that only brings the suites, to measure the editor by itself. Absent: the product. */
  readonly product?: 'none';
  /** Environment of the extension host besides the runner's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Only tests whose title matches this pattern. Absent: all. */
  readonly grep?: string;
  /** Milliseconds before the run is given up. */
  readonly limit: number;
  /** Hears each line of the runner as it comes. */
  readonly say: (line: string) => void;
  /** Hears everything else that the window prints. */
  readonly hear?: (line: string) => void;
}

export interface HostReport {
  readonly passed: number;
  readonly failed: number;
  readonly pending: number;
  readonly tests: readonly { readonly title: string; readonly state: string; readonly ms: number; readonly error?: string }[];
}

export type HostResult =
  | { readonly kind: 'ran'; readonly code: number; readonly report: HostReport; readonly hostErrors: readonly string[] }
  | { readonly kind: 'no-result'; readonly message: string };

/** Bundles the suites, stages the extension, and runs them in one window. Needs the product built into dist/. */
export async function runInHost(options: HostRun): Promise<HostResult> {
  const [development, stage] = await Promise.all([options.product === 'none' ? stageNothing() : stageExtension(options.proposals), prepareStage(options.say)]);
  const suites = options.suites ?? 'suites';
  const tests = await bundleSuites(development, suites);
  const report = join(out, 'vscode-tests', `report-${options.proposals}.json`);
  await rm(report, { force: true });
  const server = await startServer({ stage, settings: { 'git.enabled': true } });
  const browser = await launchBrowser(stage);
  try {
    const page = await newPage(browser, server);
    const ended = new Promise<number>((resolve) => void page.exposeFunction('codeAutomationExit', resolve));
    await page.exposeFunction('codeAutomationLog', (_kind: string, parts: readonly unknown[]) => {
      const line = parts.map(String).join(' ');
      if (line.startsWith(mark)) options.say(line.slice(mark.length));
      else options.hear?.(line);
    });
    const env = { ...options.env, VETMARK_HOST_REPORT: report, VETMARK_HOST_SUITES: suites, ...(options.grep === undefined ? {} : { VETMARK_HOST_GREP: options.grep }) };
    await page.goto(windowUrl({ server, folder: options.folder, proposals: options.proposals, development, tests, env }));
    const code = await Promise.race([ended, delay(options.limit, 'late' as const, { ref: false })]);
    const hostErrors = await server.hostErrors();
    if (code === 'late') {
      await mkdir(join(out, 'screens/host'), { recursive: true });
      await page.screenshot({ path: join(out, 'screens/host/late.png') });
      return { kind: 'no-result', message: `The suites did not end within ${options.limit / 1000} s; see out/screens/host/late.png.\n${hostErrors.join('\n')}` };
    }
    const text = await readFile(report, 'utf8').catch(() => undefined);
    if (text === undefined) return { kind: 'no-result', message: `The extension host ended with ${code} before mocha reported.\n${hostErrors.join('\n')}` };
    return { kind: 'ran', code, report: JSON.parse(text) as HostReport, hostErrors };
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** A copy of what a VSIX would hold, as an extension under development. Gives its folder. */
export async function stageExtension(proposed: WindowOptions['proposals']): Promise<string> {
  const folder = join(out, 'vscode-tests', `extension-${proposed}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
  if (proposed === 'declared') manifest['enabledApiProposals'] = proposals;
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  const texts = (await readdir(root)).filter((name) => /^package\.nls(\.[\w-]+)?\.json$/.test(name));
  for (const part of ['dist', 'media', 'docs', 'l10n', ...texts]) await cp(join(root, part), join(folder, part), { recursive: true }).catch(ignoreMissing);
  if (!(await stat(join(folder, 'dist/extension.cjs')).catch(() => undefined))) throw new Error('dist/extension.cjs is missing, so there is no extension to test. Run "npm run build" first.');
  return folder;
}

/** An extension that does nothing. Gives its folder. */
async function stageNothing(): Promise<string> {
  const folder = join(out, 'vscode-tests', 'extension-nothing');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const { engines } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'nothing', publisher: 'vetmark', version: '0.0.0', engines }));
  return folder;
}

/**
 * Bundles each suite of a folder of test/vscode, and the runner that loads them; gives the runner's path. They lie inside the extension: VS Code tells by a module's place
 * whose `vscode` it gets, and with it whose proposed API.
 */
export async function bundleSuites(extension: string, suites: string): Promise<string> {
  const source = join(root, 'test/vscode');
  const target = join(extension, 'test');
  const files = (await readdir(join(source, suites), { recursive: true })).filter((name) => name.endsWith('.test.ts'));
  await build({
    entryPoints: [join(source, 'run-in-host.ts'), ...files.map((name) => join(source, suites, name))],
    outdir: target,
    outbase: source,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
  return join(target, 'run-in-host.cjs');
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

/** One line for each failure, for the end of a run. */
export function failures(report: HostReport): readonly string[] {
  return report.tests.filter((test) => test.state === 'failed').map((test) => `${test.title}\n${test.error ?? ''}`);
}

