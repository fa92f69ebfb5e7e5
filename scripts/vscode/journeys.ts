/** `npm run test:journeys`: plays the journeys against the packaged VSIX, installed like a user's. `-- --no-build` plays with what dist/ holds, `-- --journey signing` one of them. */
import { parseArgs } from 'node:util';
import { buildProduct } from '../../test/harness/vscode/product.ts';
import { firstRunJourney } from '../../test/vscode/journeys/first-run.ts';
import { decidingJourney } from '../../test/vscode/journeys/deciding.ts';
import { germanJourney } from '../../test/vscode/journeys/german.ts';
import { mainJourney } from '../../test/vscode/journeys/main.ts';
import { signingJourney } from '../../test/vscode/journeys/signing.ts';
import { viewsJourney } from '../../test/vscode/journeys/views.ts';
import type { Scene } from '../../test/vscode/journeys/journey.ts';
import { play } from './play.ts';

const journeys = { main: mainJourney, views: viewsJourney, 'first-run': firstRunJourney, german: germanJourney, signing: signingJourney, deciding: decidingJourney } as const;

/** Journeys that are played in another world than the usual one. */
const SCENES: Readonly<Record<string, Scene>> = { german: { language: 'de' } };

const { values } = parseArgs({ options: { 'no-build': { type: 'boolean' }, journey: { type: 'string' } } });
if (values['no-build'] !== true) await buildProduct();
const chosen = Object.entries(journeys).filter(([name]) => values.journey === undefined || values.journey === name);
if (chosen.length === 0) console.error(`There is no journey "${values.journey}": there are ${Object.keys(journeys).join(' and ')}.`);
process.exitCode = chosen.length === 0 ? 2 : 0;
for (const [name, steps] of chosen) {
  const scene = SCENES[name] ?? {};
  if ((await play(name, steps, scene)) === 0) continue;
  console.error(`The journey "${name}" did not hold. It is played once more in a new world: a fault fails again, a machine under load does not.`);
  if ((await play(name, steps, scene)) !== 0) process.exitCode = 1;
}
