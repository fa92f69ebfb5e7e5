/**
 * `npm run test:electron`: the same in-host suites in a downloaded desktop VS Code, through @vscode/test-electron. For machines that may download it (CI, a laptop).
 * `-- --version 1.101.0` picks the VS Code (default: the newest stable), `-- --proposals` switches the proposed API on.
 */
import { runTests } from '@vscode/test-electron';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleSuites, stageExtension } from '../../test/harness/vscode/host-run.ts';
import { cache, out } from '../../test/harness/vscode/places.ts';
import { changeUnseen, nobody, openShop } from '../../test/harness/vscode/shop.ts';
import { endOnSignals } from './interrupt.ts';

endOnSignals();
const { values } = parseArgs({ options: { proposals: { type: 'boolean' }, version: { type: 'string', default: 'stable' } } });
const proposed = values.proposals === true;
const shop = await openShop(nobody);
await changeUnseen(shop);
// Short on purpose: VS Code makes a socket in it, and a socket's path may have 103 characters only.
const data = await mkdtemp(join(tmpdir(), 'vm-'));
try {
  const extension = await stageExtension(proposed ? 'declared' : 'none');
  const code = await runTests({
    version: values.version,
    cachePath: join(cache, 'electron'),
    extensionDevelopmentPath: extension,
    extensionTestsPath: await bundleSuites(extension, 'suites'),
    extensionTestsEnv: { VETMARK_HOST_REPORT: join(out, 'vscode-tests', `report-electron-${values.version}.json`) },
    launchArgs: [
      shop.folder,
      '--disable-extensions', '--disable-workspace-trust', '--skip-welcome', '--skip-release-notes', '--disable-telemetry',
      '--user-data-dir', data,
      ...(proposed ? ['--enable-proposed-api', 'vetmark.vetmark'] : []),
    ],
  });
  process.exitCode = code;
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  console.error(`The suites did not pass in a desktop VS Code ${values.version}: ${message}`);
  console.error('If VS Code could not be downloaded or started: this command needs access to update.code.visualstudio.com, and on Linux a display (run it as "xvfb-run -a npm run test:electron").');
  console.error('Without them, "npm run test:host" runs the same suites in the VS Code that comes from the npm registry.');
  process.exitCode = 1;
} finally {
  await shop.remove();
  await rm(data, { recursive: true, force: true, maxRetries: 5 });
}
