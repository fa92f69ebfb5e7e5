/** All scenarios, in the order in which they are recorded. */
import type { Scenario } from '../scenario.ts';
import { clipboard } from './clipboard.ts';
import { completions } from './completions.ts';
import { disk } from './disk.ts';
import { extensions } from './extensions.ts';
import { tools } from './tools.ts';
import { typing } from './typing.ts';

export const scenarios: readonly Scenario[] = [...typing, ...clipboard, ...completions, ...tools, ...extensions, ...disk];
