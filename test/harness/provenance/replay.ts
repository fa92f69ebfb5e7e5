/** A recording folded again by the product's own logic, without an editor. */
import type { Span } from '#core/provenance';
import { Copies } from '../../../src/extension/tracker/copies.ts';
import { Fold } from '../../../src/extension/tracker/fold.ts';
import type { Recording } from './recording.ts';

/** Labels of each document of the recording, as of its end. */
export function replay({ documents, events }: Recording): ReadonlyMap<string, readonly Span[]> {
  const copies = new Copies();
  const folds = new Map<string, Fold>();
  for (const { file, seen } of events) {
    if (seen.kind === 'made') folds.set(file, new Fold(seen, copies));
    else folds.get(file)?.see(seen);
  }
  return new Map(documents.map(({ file }) => [file, folds.get(file)?.text.spans ?? []]));
}
