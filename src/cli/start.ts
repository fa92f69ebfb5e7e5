/**
 * The `vetmark` program as it is installed. An agent waits for its hook at every tool call, so a hook is answered by one small file whose compiled form is
 * kept in Vetmark's own state folder; every other command loads the whole command line.
 */
import { createRequire, enableCompileCache } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { stateFolder } from '#project/state-folder';

if (process.argv[2] === 'hook') {
  // Where there is no such cache (Node before 22, a folder that cannot be written) the hook is slower and does the same.
  (enableCompileCache as typeof enableCompileCache | undefined)?.(join(stateFolder(), 'vetmark', 'compiled'));
  // The bundle of hook-only.ts, beside this one. Node takes milliseconds more to import a file than to require it.
  createRequire(__filename)('./hook.cjs');
} else void import('./main.ts');
