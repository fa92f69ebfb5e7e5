/** Plays a journey in a fresh world and prints it; shared by `npm run test:journeys` and the demo. */
import { relative } from 'node:path';
import { root } from '../../test/harness/vscode/places.ts';
import { prepareStage } from '../../test/harness/vscode/prepare.ts';
import { inWorld, playJourney, type Played, type Scene, type Step } from '../../test/vscode/journeys/journey.ts';
import { endOnSignals } from './interrupt.ts';

/** Plays the steps, prints each with what was seen, and gives 0 if all held, else 1. `suite` names the folder of the screenshots. */
export async function play(suite: string, steps: readonly Step[], scene: Scene = {}): Promise<0 | 1> {
  endOnSignals();
  const started = Date.now();
  const stage = await prepareStage((message) => console.log(message));
  return inWorld(stage, suite, async (world) => {
    console.log(`A VS Code ${stage.version} with Vetmark installed is up (${seconds(Date.now() - started)}).`);
    const played = await playJourney(steps, world, (step, number) => print(step, `${String(number).padStart(2)}/${steps.length}`));
    const errors = world.window.errors;
    for (const error of errors) console.error(`The page reported an error: ${error}`);
    for (const error of await world.server.hostErrors()) console.log(`The extension host logged: ${error}`);
    const held = played.filter((step) => step.outcome.kind === 'seen').length;
    console.log(`${held} of ${steps.length} steps held in ${seconds(Date.now() - started)}. Screenshots: out/screens/${suite}/`);
    console.log(`${held} passed, ${steps.length - held} failed`);
    return held === steps.length && errors.length === 0 ? 0 : 1;
  }, scene);
}

function print(step: Played, place: string): void {
  const head = `${place} ${step.title} (${seconds(step.ms)})`;
  if (step.outcome.kind === 'seen') console.log(`✔ ${head}\n         saw: ${step.outcome.what}`);
  else console.error(`✖ ${head}\n${step.outcome.error}\n         see ${relative(root, step.screenshot)}`);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
