/** l10n/bundle.l10n.json: every text that the extension gives to `l10n.t`, for translators; the other languages are l10n/bundle.l10n.<language>.json. */
import { QUESTION_TEMPLATES } from '../../src/core/checklist.ts';
import { TOPICS } from '../../src/core/topics.ts';
import { textsOf } from '../texts.ts';
import type { Generated } from './section.ts';

export function generated(root: string): Generated {
  // The core words its questions and topics without an editor; the extension translates them when it shows them.
  const all = new Set([...textsOf(root).flatMap(({ translated }) => translated), ...QUESTION_TEMPLATES, ...TOPICS.map(({ name }) => name)]);
  return new Map([['l10n/bundle.l10n.json', `${JSON.stringify(Object.fromEntries([...all].sort().map((text) => [text, text])), null, 2)}\n`]]);
}
