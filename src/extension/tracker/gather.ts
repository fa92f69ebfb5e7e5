/** From what was seen of a change to the signals that are judged: offsets, places and the proposed API's word where it is there. */
import { toChange, type Change, type Range } from '#core/text';
import type { Changed } from './seen.ts';
import type { ChangeDetail, ChangeSignals, Paste } from './signals.ts';

/** `change`: of `changeOf`. */
export function signalsOf(seen: Changed, change: Change, phase: ChangeSignals['phase'], paste: Paste | undefined): ChangeSignals {
  const detail = detailOf(seen);
  return {
    change,
    version: seen.version,
    at: seen.at,
    ...(seen.reason !== undefined && { reason: seen.reason }),
    ...(detail !== undefined && { detail }),
    place: seen.focused ? 'focused' : 'background',
    carets: caretsBefore(seen),
    phase,
    ...(paste !== undefined && { paste }),
    ...(seen.ownFix !== undefined && { ownFix: seen.ownFix }),
  };
}

/** The edits, ascending. VS Code delivers them from the bottom up; two at one offset arrive reversed. */
export function changeOf({ edits }: Pick<Changed, 'edits'>): Change {
  return toChange([...edits].reverse().map(({ rangeOffset, rangeLength, text }) => ({ range: { start: rangeOffset, end: rangeOffset + rangeLength }, text })));
}

/**
 * Selections before the change, in offsets of the text before it. The document is changed already, so that only what an edit touches or
 * shares a line with can be told; anything else is far from the change and stands as -1.
 */
function caretsBefore({ edits, selections }: Changed): Range[] {
  const offset = ({ line, character }: { readonly line: number; readonly character: number }): number => {
    for (const { range, rangeOffset, rangeLength } of edits) {
      if (line === range.end.line && character === range.end.character) return rangeOffset + rangeLength;
      if (line === range.start.line) return rangeOffset + character - range.start.character;
    }
    return -1;
  };
  return selections.map(({ start, end }) => ({ start: offset(start), end: offset(end) }));
}

/** The proposal `textDocumentChangeReason`, where a user has switched it on. */
function detailOf({ detail }: Changed): ChangeDetail | undefined {
  if (detail === undefined) return undefined;
  const metadata = detail.metadata ?? {};
  const text = (...names: string[]): string | undefined => names.map((name) => metadata[name]).find((value) => typeof value === 'string');
  const [kind, extension, model, session] = [text('kind', 'name'), text('$extensionId', 'extensionId'), text('$modelId', 'modelId'), text('$$sessionId', '$sessionId', 'sessionId')];
  return { source: detail.source, ...(kind !== undefined && { kind }), ...(extension !== undefined && { extension }), ...(model !== undefined && { model }), ...(session !== undefined && { session }) };
}
