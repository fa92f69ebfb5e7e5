/** The whole loop, command by command, with what the gate said and how long all of it took. */
import { playLoop } from '../test/harness/loop.ts';
import type { Bench } from './table.ts';

export const bench: Bench = async () => {
  const start = performance.now();
  const steps = await playLoop();
  const asked = steps.filter(({ gate }) => gate !== undefined);
  return {
    tables: [{ title: 'The whole loop: two people, two agents, a rebase and a squash', columns: ['who', 'command', 'gate'], rows: steps.map(({ who, command, gate, reasons = [] }) => [who, command, gate === undefined ? '' : gate === 0 ? 'passes' : `blocks: ${reasons.join(', ')}`]) }],
    figures: { steps: steps.length, asked: asked.length, passed: asked.filter(({ gate }) => gate === 0).length, blocked: asked.filter(({ gate }) => gate === 1).length, milliseconds: Math.round(performance.now() - start) },
  };
};
