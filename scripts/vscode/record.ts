/**
 * `node scripts/vscode/record.ts`: plays the provenance scenarios in a real VS Code and says where the labels are not the truth. `--write` keeps the
 * recordings below bench/provenance; `--proposals` gives the product the proposed API it knows; `--grep <pattern>` plays some.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { record, slug, type Recorded } from '../../test/harness/vscode/provenance/record.ts';
import { printRecording } from '../../test/harness/provenance/recording.ts';
import { judge, wrongs } from '../../test/harness/provenance/judge.ts';
import { scenarios } from '../../test/harness/vscode/provenance/scenarios/index.ts';
import { root } from '../../test/harness/vscode/places.ts';
import { prepareStage } from '../../test/harness/vscode/prepare.ts';
import { endOnSignals } from './interrupt.ts';

endOnSignals();
const { values } = parseArgs({ options: { proposals: { type: 'boolean', default: false }, write: { type: 'boolean', default: false }, grep: { type: 'string', default: '' } } });
const started = Date.now();
const chosen = scenarios.filter(({ title, group }) => new RegExp(values.grep).test(`${group} ${title}`));
const stage = await prepareStage((line) => console.log(line));
let wrong = 0;
const tell = (outcome: Recorded): void => {
  if (outcome.kind === 'failed') {
    wrong++;
    console.log(`✖ ${outcome.title}: ${outcome.error}`);
    return;
  }
  const trouble = wrongs(judge(outcome.recording.documents));
  if (trouble.length > 0) wrong++;
  console.log(`${trouble.length === 0 ? '✔' : '✖'} ${outcome.recording.title}${trouble.map((line) => `\n    ${line}`).join('')}`);
};
const all = await record({ stage, scenarios: chosen, proposed: values.proposals, tell });
if (values.write) {
  const target = join(root, 'bench/provenance', values.proposals ? 'proposed' : 'stable');
  await mkdir(target, { recursive: true });
  for (const one of all) if (one.kind === 'recorded') await writeFile(join(target, `${slug(one.recording.title)}.json`), printRecording(one.recording));
}
console.log(`${String(all.length)} scenarios, ${String(wrong)} not as they should be; VS Code ${stage.version}, proposed API ${values.proposals ? 'on' : 'off'}; ${((Date.now() - started) / 1000).toFixed(0)} s`);
process.exitCode = wrong === 0 ? 0 : 1;
