/** The module an extension host calls for tests: runs every bundled suite with mocha and writes a JSON report beside the console's lines. */
import Mocha from 'mocha';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Line {
  readonly title: string;
  readonly state: string;
  readonly ms: number;
  readonly error?: string;
}

/** Prints suites and tests as they go; the runner outside strips the mark and shows the rest. */
class Lines extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    let depth = -1;
    const say = (text: string): void => console.log(`mocha: ${'  '.repeat(Math.max(depth, 0))}${text}`);
    runner.on('suite', (suite) => {
      depth += 1;
      if (suite.title !== '') say(suite.title);
    });
    runner.on('suite end', () => void (depth -= 1));
    runner.on('pass', (test) => say(`  ✔ ${test.title}${(test.duration ?? 0) > 100 ? ` (${test.duration} ms)` : ''}`));
    runner.on('pending', (test) => say(`  - ${test.title}`));
    runner.on('fail', (test, error) => say(`  ✖ ${test.title}: ${error.message.split('\n')[0]}`));
  }
}

/** Resolves when every test passed, rejects otherwise: VS Code makes that its exit code. */
export function run(): Promise<void> {
  const grep = process.env['VETMARK_HOST_GREP'];
  const mocha = new Mocha({ ui: 'bdd', timeout: 90_000, reporter: Lines, ...(grep === undefined ? {} : { grep: new RegExp(grep) }) });
  const suites = join(__dirname, process.env['VETMARK_HOST_SUITES'] ?? 'suites');
  for (const name of readdirSync(suites, { recursive: true, encoding: 'utf8' }).sort()) if (name.endsWith('.test.cjs')) mocha.addFile(join(suites, name));
  return new Promise((resolve, reject) => {
    const tests: Line[] = [];
    const runner = mocha.run((failed) => {
      write(tests);
      if (failed > 0) reject(new Error(`${failed} of ${tests.length} tests failed.`));
      else if (tests.length === 0) reject(new Error('No test ran: nothing matched.'));
      else resolve();
    });
    runner.on('test end', (test) => {
      if (test.state !== 'failed') tests.push({ title: test.fullTitle(), state: test.state ?? 'pending', ms: test.duration ?? 0 });
    });
    // Also hooks that fail come here, and they have no "test end".
    runner.on('fail', (test, error) => void tests.push({ title: test.fullTitle(), state: 'failed', ms: test.duration ?? 0, error: error.stack ?? error.message }));
  });
}

function write(tests: readonly Line[]): void {
  const file = process.env['VETMARK_HOST_REPORT'];
  if (file === undefined) return;
  const count = (state: string): number => tests.filter((test) => test.state === state).length;
  writeFileSync(file, JSON.stringify({ passed: count('passed'), failed: count('failed'), pending: count('pending'), tests }, null, 2));
}
