/** The walls table of ARCHITECTURE.md, from scripts/walls.mjs. */
import { table } from '../walls.mjs';
import { section, type Generated } from './section.ts';

export function generated(root: string): Generated {
  return section(root, 'ARCHITECTURE.md', 'walls', table());
}
