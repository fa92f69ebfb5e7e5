/**
 * What Vetmark costs in a real VS Code: activation, bundles, the change handler, and the time from an insertion to its squiggle.
 * The peer is in the same run: the editor's own round trip for a key, of which the handler is a part.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { runInHost } from '../test/harness/vscode/host-run.ts';
import { nobody, openShop } from '../test/harness/vscode/shop.ts';
import { median, type Bench } from './table.ts';

const root = resolve(import.meta.dirname, '..');
const BUNDLES = ['extension.cjs', 'client.cjs', 'server.cjs', 'webview.js'];

export const bench: Bench = async () => {
  execFileSync(process.execPath, ['esbuild.config.mjs', '--production'], { cwd: root, stdio: 'ignore' });
  const bundles = BUNDLES.map((name) => ({ name, bytes: statSync(join(root, 'dist', name)).size, zipped: gzipSync(readFileSync(join(root, 'dist', name))).length }));
  const measured = { ...(await measure('measures')), ...(await measure('bare')) };
  const load = loadavg()[0]! / availableParallelism();
  const rows = (Object.keys(WORDS) as (keyof typeof WORDS)[]).map((name) => ({ name, ...spread(measured[name]!) }));
  const against = (a: keyof typeof WORDS, b: keyof typeof WORDS): number => median(measured[a]!) / median(measured[b]!);
  const [added99, ofVetmark] = [percentile(measured['keyRegions']!, 0.99) - percentile(measured['keyBare']!, 0.99), percentile(measured['handlerRegions']!, 0.99)];
  const single = (name: string): number => measured[name]![0]!;
  const ratios = { handlerShare: against('handlerLong', 'keyLong'), keyLongToSmall: against('keyLong', 'keySmall'), keyLongUntrustedToSmall: against('keyLongUntrusted', 'keySmall'), keyRegionsToBare: against('keyRegions', 'keyBare') };
  return {
    tables: [
      { title: 'Bundles (minified)', columns: ['file', 'KB', 'KB gzip'], rows: bundles.map(({ name, bytes, zipped }) => [name, bytes / 1024, zipped / 1024]) },
      { title: 'In the extension host, milliseconds', columns: ['what', 'count', 'p50', 'p95', 'p99', 'max'], rows: rows.map(({ name, count, p50, p95, p99, max }) => [WORDS[name], count, p50, p95, p99, max]) },
      {
        title: `10,000 lines with 1,000 regions, and ${single('listedRegions').toLocaleString('en-GB')} regions in files of 10`,
        columns: ['what', 'value', 'bar'],
        rows: [
          ['change handler, p99 (ms)', ofVetmark, '<= 1'],
          ['a key, p99, less the same without Vetmark (ms; noisy on a busy machine)', added99, ''],
          ['lists of marks painted while 400 keys are typed', single('listsPainted'), 'a few: only of what changed'],
          ['refresh of the list of all those regions, p99 (ms)', percentile(measured['list']!, 0.99), '<= 50'],
          ['memory of the extension host with them (MB)', single('hostMb'), ''],
          ['the same without Vetmark (MB)', single('hostBareMb'), ''],
          ['memory of the worker (MB)', single('workerMb'), ''],
        ],
      },
      { title: 'The machine meanwhile', columns: ['what', 'value'], rows: [['processors', availableParallelism()], ['waiting or running, a processor (1 is busy, more is a queue)', load]] },
      { title: 'Ratios', columns: ['what', 'ratio'], rows: [['change handler / a key in the committed long file (p50)', ratios.handlerShare], ['a key in the committed long file / in a small one (p50)', ratios.keyLongToSmall], ['a key in the untrusted long file / in a small one (p50)', ratios.keyLongUntrustedToSmall], ['a key in the file with 1,000 regions / the same without Vetmark (p50)', ratios.keyRegionsToBare]] },
    ],
    figures: {
      ...Object.fromEntries(bundles.map(({ name, bytes }) => [`${name.replace(/\W(\w)/g, (_, letter: string) => letter.toUpperCase())}Kb`, bytes / 1024])),
      ...Object.fromEntries(rows.flatMap(({ name, p50, p95, p99 }) => [[`${name}P50Ms`, p50], [`${name}P95Ms`, p95], [`${name}P99Ms`, p99]])),
      ...ratios,
      keyRegionsAddedP99Ms: added99,
      listsPainted: single('listsPainted'),
      listedRegions: single('listedRegions'),
      hostMb: single('hostMb'),
      hostBareMb: single('hostBareMb'),
      workerMb: single('workerMb'),
      load,
    },
  };
};

const WORDS = {
  activation: 'activate()',
  activateCall: 'activation as the editor waits for it (loading included)',
  keySmall: 'a key, there and back: committed file of 20 lines',
  keyLong: 'a key, there and back: committed file of 10,000 lines',
  keyLongUntrusted: 'a key, there and back: uncommitted file of 10,000 lines, all untrusted',
  handlerLong: 'change handler: committed file of 10,000 lines',
  handlerLongUntrusted: 'change handler: uncommitted file of 10,000 lines',
  keyRegions: 'a key, there and back: 10,000 lines with 1,000 regions',
  keyBare: 'the same without Vetmark',
  handlerRegions: 'change handler: 10,000 lines with 1,000 regions',
  paintRegions: 'a look at the marks of 1,000 regions',
  list: 'refresh of the list of 5,000 regions in 500 files',
  keyMany: 'a key, there and back: beside 5,000 regions in 500 files',
  squiggle: 'insertion to squiggle: committed file of 1,000 lines',
  squiggleUntrusted: 'insertion to squiggle: uncommitted file of 1,000 lines',
};

async function measure(suites: 'measures' | 'bare'): Promise<Record<string, number[]>> {
  const shop = await openShop(nobody);
  const file = join(root, `out/${suites}.json`);
  mkdirSync(join(root, 'out'), { recursive: true });
  try {
    const result = await runInHost({ proposals: 'none', suites, ...(suites === 'bare' && { product: 'none' as const }), folder: shop.folder, limit: 600_000, say: () => undefined, env: { VETMARK_MEASURES: file } });
    if (result.kind === 'no-result') throw new Error(result.message);
    const failed = result.report.tests.filter(({ state }) => state === 'failed');
    if (failed.length > 0) throw new Error(failed.map(({ title, error }) => `${title}: ${error ?? ''}`).join('\n'));
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, number[]>;
  } finally {
    await shop.remove();
  }
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

function spread(values: readonly number[]): { count: number; p50: number; p95: number; p99: number; max: number } {
  const at = (share: number): number => percentile(values, share);
  return { count: values.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
