/** `npm run bench -- NAME`: runs bench/NAME.ts, prints its tables and one line of JSON, and writes bench/out/NAME.json. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { printTable, type Bench } from './table.ts';

const here = import.meta.dirname;
const names = readdirSync(here).filter((file) => file.endsWith('.ts') && file !== 'run.ts' && file !== 'table.ts').map((file) => file.slice(0, -3)).sort();
const name = process.argv[2];

if (name === undefined || !names.includes(name)) {
  console.error(`${name === undefined ? 'Say which bench to run' : `There is no bench "${name}"`}: npm run bench -- ${names.join(' | ')}`);
  process.exitCode = 2;
} else {
  const { bench } = (await import(pathToFileURL(join(here, `${name}.ts`)).href)) as { bench: Bench };
  const { tables, figures } = await bench();
  for (const table of tables) console.log(printTable(table));
  const line = JSON.stringify(figures);
  console.log(line);
  mkdirSync(join(here, 'out'), { recursive: true });
  writeFileSync(join(here, 'out', `${name}.json`), `${line}\n`);
}
