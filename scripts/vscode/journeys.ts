/** `npm run test:journeys`: plays the journeys against the packaged VSIX, installed like a user's. `-- --no-build` plays with what dist/ holds. */
import { parseArgs } from 'node:util';
import { buildProduct } from '../../test/harness/vscode/product.ts';
import { mainJourney } from '../../test/vscode/journeys/main.ts';
import { play } from './play.ts';

const { values } = parseArgs({ options: { 'no-build': { type: 'boolean' } } });
if (values['no-build'] !== true) await buildProduct();
process.exitCode = await play('main', mainJourney);
