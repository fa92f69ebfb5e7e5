/** `npm run test:host`: the in-host suites on a stable VS Code; `-- --proposals` with the proposed API on, `-- --grep <pattern>` for some of them, `-- --verbose` for what the window prints besides. */
import { parseArgs } from 'node:util';
import { failures, runInHost } from '../../test/harness/vscode/host-run.ts';
import { changeUnseen, nobody, openShop } from '../../test/harness/vscode/shop.ts';
import { endOnSignals } from './interrupt.ts';

endOnSignals();
const { values } = parseArgs({ options: { proposals: { type: 'boolean' }, grep: { type: 'string' }, verbose: { type: 'boolean' }, limit: { type: 'string', default: '420' } } });
const started = Date.now();
const shop = await openShop(nobody);
await changeUnseen(shop);
try {
  const result = await runInHost({
    proposals: values.proposals === true ? 'declared' : 'none',
    folder: shop.folder,
    limit: Number(values.limit) * 1000,
    say: (line) => console.log(line),
    ...(values.verbose === true ? { hear: (line: string) => console.log(`  | ${line}`) } : {}),
    ...(values.grep === undefined ? {} : { grep: values.grep }),
  });
  if (result.kind === 'no-result') {
    console.error(result.message);
    process.exitCode = 2;
  } else {
    const { passed, failed, pending } = result.report;
    for (const line of failures(result.report)) console.error(`\nFAILED ${line}`);
    console.log(`${passed} passed, ${failed} failed, ${pending} pending; proposed API ${values.proposals === true ? 'on' : 'off'}; ${((Date.now() - started) / 1000).toFixed(1)} s`);
    process.exitCode = failed === 0 ? result.code : 1;
  }
} finally {
  await shop.remove();
}
