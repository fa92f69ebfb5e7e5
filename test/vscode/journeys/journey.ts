/** A journey: steps that a person takes in a real VS Code, each with what is seen after it. Played by the tests and by the demo alike. */
import type { Browser } from 'playwright-core';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeBinary, root } from '../../harness/vscode/places.ts';
import type { Stage } from '../../harness/vscode/prepare.ts';
import { launchBrowser } from '../../harness/vscode/browser.ts';
import { packageAssistant, packageProduct } from '../../harness/vscode/packaging.ts';
import { startServer, type Server, type ServerOptions } from '../../harness/vscode/server.ts';
import { openShop, type Shop } from '../../harness/vscode/shop.ts';
import { openWindow, type Window } from '../../harness/vscode/window.ts';

export interface World {
  readonly server: Server;
  readonly window: Window;
  readonly shop: Shop;
}

export interface Step {
  /** What the person does, as an order: "Accept an inline completion with Tab". */
  readonly title: string;
  act(world: World): Promise<void>;
  /** The window in which this step and those after it are played, once `act` has opened one. Absent: the same. */
  moveTo?(world: World): Window | undefined;
  /** Reads what came of it and says it in one line; throws when it is not what it has to be. The picture is taken right after. */
  see(world: World): Promise<string>;
  /** Goes on from what is in the picture. Absent: there is nothing to close. */
  leave?(world: World): Promise<void>;
}

export interface Played {
  readonly title: string;
  readonly ms: number;
  readonly screenshot: string;
  readonly outcome: { readonly kind: 'seen'; readonly what: string } | { readonly kind: 'failed'; readonly error: string };
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a world differs from the usual one. */
export interface Scene extends Pick<ServerOptions, 'language' | 'theme' | 'settings'> {
  /** VSIX files besides the product and the assistant. */
  readonly also?: readonly string[];
  /** Environment of the extension host. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Sets the scene with the packaged product and the assistant installed like a user's, and hands the world to `play`; takes everything down afterwards. */
export async function inWorld<T>(stage: Stage, suite: string, play: (world: World) => Promise<T>, { also = [], env, ...scene }: Scene = {}): Promise<T> {
  const vsix = [await packageProduct(), await packageAssistant(), ...also];
  const server = await startServer({ stage, vsix, ...scene });
  let browser: Browser | undefined;
  let shop: Shop | undefined;
  try {
    shop = await openShop(server.env);
    browser = await launchBrowser(stage);
    const window = await openWindow(browser, { server, folder: shop.folder, proposals: 'none', ...(env !== undefined && { env }) }, suite);
    return await play({ server, window, shop });
  } finally {
    await browser?.close();
    await server.stop();
    await shop?.remove();
  }
}

/** Plays the steps in order, with a picture after each; stops at the first that fails, since each builds on the one before. `tell` hears each as it is done. */
export async function playJourney(steps: readonly Step[], start: World, tell: (played: Played, number: number) => void): Promise<readonly Played[]> {
  const all: Played[] = [];
  let world = start;
  for (const step of steps) {
    const started = performance.now();
    const acted = await attempt(() => step.act(world));
    world = { ...world, window: (acted === undefined ? step.moveTo?.(world) : undefined) ?? world.window };
    const outcome = acted ?? (await look(step, world));
    const screenshot = await world.window.screenshot(outcome.kind === 'seen' ? step.title : `failed ${step.title}`);
    const left = outcome.kind === 'seen' ? await attempt(() => step.leave?.(world)) : undefined;
    const played = { title: step.title, ms: performance.now() - started, screenshot, outcome: left ?? outcome };
    all.push(played);
    tell(played, all.length);
    if (played.outcome.kind === 'failed') break;
  }
  return all;
}

async function look(step: Step, world: World): Promise<Played['outcome']> {
  try {
    return { kind: 'seen', what: await step.see(world) };
  } catch (error) {
    return failed(error);
  }
}

/** `undefined`: it went well. */
async function attempt(what: () => Promise<void> | undefined): Promise<Played['outcome'] | undefined> {
  try {
    await what();
    return undefined;
  } catch (error) {
    return failed(error);
  }
}

function failed(error: unknown): Played['outcome'] {
  const cause = error instanceof Error && error.cause instanceof Error ? `\nThe last look: ${error.cause.message}` : '';
  return { kind: 'failed', error: `${error instanceof Error ? (error.stack ?? error.message) : String(error)}${cause}` };
}

/** Runs the packaged CLI in the shop, as the person at this VS Code. */
export function vetmark(world: World, ...args: readonly string[]): Promise<Ran> {
  return runProgram(nodeBinary(), [join(root, 'dist/cli.mjs'), ...args], world, '');
}

/** Feeds a text to the CLI, as an agent's hook does. */
export function vetmarkHook(world: World, agent: string, payload: string): Promise<Ran> {
  return runProgram(nodeBinary(), [join(root, 'dist/cli.mjs'), 'hook', agent], world, payload);
}

/** Runs a program in the shop with a text on its standard input; `code` is -1 when there is no such program. */
export function runProgram(command: string, args: readonly string[], world: World, input: string): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(command, args, { cwd: world.shop.folder, env: world.server.env, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr });
    });
    child.stdin?.on('error', () => undefined); // a program that does not read its input may be gone
    child.stdin?.end(input);
  });
}

/** A file of the shop. */
export function readShop(world: World, path: string): Promise<string> {
  return readFile(join(world.shop.folder, path), 'utf8');
}
