/**
 * `npm run recording`: plays the first minutes in a real VS Code, light and dark, and writes what is seen: the pictures of the walkthrough, and the short
 * recording at the top of the README (an animated PNG). `-- --no-build` plays with what dist/ holds.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import UPNG from 'upng-js';
import { root } from '../test/harness/vscode/places.ts';
import { prepareStage } from '../test/harness/vscode/prepare.ts';
import { buildProduct } from '../test/harness/vscode/product.ts';
import type { Theme } from '../test/harness/vscode/server.ts';
import { inWorld } from '../test/vscode/journeys/journey.ts';
import { scenes, SIZE, type Box, type Shot } from './recording/scenes.ts';
import { endOnSignals } from './vscode/interrupt.ts';

/** Bytes. A README is read on slow lines, too. */
const CEILING = 2 * 1024 * 1024;
/** Colours of a picture's palette: the interface has few. */
const COLOURS = 96;

endOnSignals();
const { values } = parseArgs({ options: { 'no-build': { type: 'boolean' } } });
if (values['no-build'] !== true) await buildProduct();
const stage = await prepareStage((message) => console.log(message));
for (const theme of ['light', 'dark'] as const) await play(theme);

async function play(theme: Theme): Promise<void> {
  const frames: { readonly rgba: ArrayBuffer; readonly ms: number }[] = [];
  await inWorld(stage, `recording-${theme}`, async (world) => {
    await world.window.page.setViewportSize(SIZE);
    await scenes(world, async (shot) => {
      const { width, rgba } = decoded(await readFile(await world.window.screenshot(shot.name)));
      if (shot.ms > 0) frames.push({ rgba: rgba.slice().buffer, ms: shot.ms });
      if (shot.picture !== undefined) await savePicture(shot, theme, rgba, width);
    });
  }, { theme });
  if (theme === 'dark') await saveRecording(frames);
}

async function savePicture({ picture, box }: Shot, theme: Theme, rgba: Uint8Array, width: number): Promise<void> {
  const part = box ?? { left: 0, top: 0, ...SIZE };
  const file = join('media/walkthrough', `${picture}-${theme}.png`);
  const bytes = new Uint8Array(UPNG.encode([cropped(rgba, width, part)], part.width, part.height, COLOURS));
  await writeFile(join(root, file), bytes);
  console.log(`${file} ${Math.round(bytes.length / 1024)} KB`);
}

async function saveRecording(frames: readonly { readonly rgba: ArrayBuffer; readonly ms: number }[]): Promise<void> {
  const bytes = new Uint8Array(UPNG.encode(frames.map(({ rgba }) => rgba), SIZE.width, SIZE.height, COLOURS, frames.map(({ ms }) => ms)));
  console.log(`media/readme/recording.png: ${frames.length} frames, ${Math.round(bytes.length / 1024)} KB`);
  if (bytes.length > CEILING) throw new Error(`The recording has ${bytes.length} bytes; its ceiling is ${CEILING}. Take frames out, or colours.`);
  await writeFile(join(root, 'media/readme/recording.png'), bytes);
}

function decoded(png: Buffer): { readonly width: number; readonly rgba: Uint8Array } {
  const image = UPNG.decode(png.buffer.slice(png.byteOffset, png.byteOffset + png.length) as ArrayBuffer);
  return { width: image.width, rgba: new Uint8Array(UPNG.toRGBA8(image)[0]!) };
}

/** The pixels of a part of a picture, row after row. */
function cropped(rgba: Uint8Array, width: number, { left, top, width: wide, height }: Box): ArrayBuffer {
  const part = new Uint8Array(wide * height * 4);
  for (let row = 0; row < height; row++) part.set(rgba.subarray(((top + row) * width + left) * 4, ((top + row) * width + left + wide) * 4), row * wide * 4);
  return part.buffer;
}
