/** `vetmark hook` alone, as the one file that an agent's hook loads. */
import process from 'node:process';
import { hook } from './commands/hook.ts';
import { thisTerminal } from './terminal.ts';

void hook(process.argv.slice(3), thisTerminal()).then((code) => {
  process.exitCode = code;
});
