/** A person takes something out of an old function of the shop by hand and asks to sign it. */
import * as hands from '../../harness/vscode/hands.ts';
import { readShop, type World } from './journey.ts';
import { lineOf, seeRegion } from './sights.ts';

/** What is taken out, and where. */
const OLD = { path: 'src/customers.ts', cut: ' ORDER BY name' };

/** Deletes it letter by letter, saves, and runs the command; the dialog is left to the caller. */
export async function takeOutAndSign(world: World): Promise<void> {
  await hands.openFile(world.window, OLD.path);
  const line = await lineOf(world, OLD.path, OLD.cut);
  await hands.goTo(world.window, line, (await readShop(world, OLD.path)).split('\n')[line - 1]!.indexOf(OLD.cut) + 1);
  for (let letter = 0; letter < OLD.cut.length; letter++) await hands.press(world.window, 'Delete');
  await hands.save(world.window);
  await seeRegion(world, /1 piece that you typed is not signed/);
  await hands.runCommand(world.window, 'Vetmark: Sign What I Typed');
}
