/** `npm run prepare:vscode`: prepares the VS Code that tests, journeys and the demo run in. */
import { prepareStage } from '../../test/harness/vscode/prepare.ts';

const started = Date.now();
const stage = await prepareStage((message) => console.log(message));
console.log(`VS Code ${stage.version} is ready (${((Date.now() - started) / 1000).toFixed(1)} s).`);
