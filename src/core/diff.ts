/** The difference of two texts as a change, line by line and then token by token. The only file of core that may name the diff library. */
import type { Change } from './text.ts';

/** Edits that turn `before` into `after`, as small as the library finds within its bounds; one whole replacement beyond them. */
export function diffTexts(_before: string, _after: string): Change {
  throw new Error('not built yet');
}
