/**
 * What was seen of one document, as plain values and in the order it was seen: what the editor's events, the disk, git and agents' hooks said.
 * Guards: all that decides a label is here, so that a recorded list of it can be folded again and gives the same labels.
 */
import type { Digest } from '#core/digest';
import type { Spans } from '#core/provenance';
import type { Position, Range } from '#core/text';
import type { Marker } from '#project/markers';
import type { SelectionKind } from './signals.ts';

/** Of `TextDocumentContentChangeEvent`. */
interface SeenEdit {
  readonly range: { readonly start: Position; readonly end: Position };
  readonly rangeOffset: number;
  readonly rangeLength: number;
  readonly text: string;
}

/** A change of the text; `edits` in the editor's own order. */
export interface Changed {
  readonly kind: 'changed';
  /** Milliseconds since 1970, UTC; of each kind. */
  readonly at: number;
  /** Of the document after the change. */
  readonly version: number;
  readonly dirty: boolean;
  readonly edits: readonly SeenEdit[];
  /** Absent: neither. */
  readonly reason?: 'undo' | 'redo';
  /** The proposed API's word. Absent: it is off. */
  readonly detail?: { readonly source: string; readonly metadata?: Readonly<Record<string, unknown>> };
  /** The document is in the active editor of the window that has the keyboard. */
  readonly focused: boolean;
  /** What that editor says of its selections while it tells of the change: where they stood before. Empty: not focused. */
  readonly selections: readonly { readonly start: Position; readonly end: Position }[];
  /** The title of our own quick-fix that this change is. Absent: it is none. */
  readonly ownFix?: string;
}

/** A document came to be known: with it a fold begins. */
export interface Made {
  readonly kind: 'made';
  readonly at: number;
  readonly text: string;
  readonly language: string;
  readonly spans: Spans;
  /** Its former labels are looked up and come as `recalled`. */
  readonly awaits: boolean;
  /** A file of its own, whose document says when it differs from the disk: no untitled text, no notebook's cell. */
  readonly onDisk: boolean;
  /** What the disk brought since a text of that digest (`null`: there was no file; absent: not known), which nobody here saw change. Absent: nothing. */
  readonly came?: { readonly before?: Digest | null | undefined; readonly ranges: readonly Range[] };
}

export type Seen =
  | Changed
  /** An editor shows it. */
  | { readonly kind: 'shown'; readonly at: number; readonly dirty: boolean }
  /** The editor said whether the document is dirty, without a change. */
  | { readonly kind: 'flagged'; readonly at: number; readonly dirty: boolean }
  | { readonly kind: 'selected'; readonly at: number; readonly version: number; readonly moved: SelectionKind; readonly carets: readonly Range[] }
  /** Our marker behind a built-in accept command. */
  | { readonly kind: 'accepted'; readonly at: number; readonly version: number; readonly command: string }
  | { readonly kind: 'saving'; readonly at: number }
  | { readonly kind: 'saved'; readonly at: number; readonly text: string }
  /** A range of this document went to the clipboard under a number of ours. */
  | { readonly kind: 'copied'; readonly at: number; readonly copy: string; readonly range: Range }
  /** The clipboard's text is about to be pasted into this version. `copy`: our number, where the clipboard has one. */
  | { readonly kind: 'pasting'; readonly at: number; readonly version: number; readonly text: string; readonly copy?: string }
  /** The disk was looked at after a change of that version. Absent text: it could not be read. */
  | { readonly kind: 'looked'; readonly at: number; readonly version: number; readonly text?: string }
  /** The disk holds this text of a file that is open in no editor. */
  | { readonly kind: 'reloaded'; readonly at: number; readonly text: string }
  /** It was closed without saving; the disk holds this. */
  | { readonly kind: 'discarded'; readonly at: number; readonly text: string }
  /** What was remembered of the text as it was opened. */
  | { readonly kind: 'recalled'; readonly at: number; readonly spans: Spans }
  /** An agent's hook said what it wrote. */
  | { readonly kind: 'told'; readonly at: number; readonly marker: Marker }
  /** What the repository knows of a text of that digest, laid over what was known here: it was stashed, checked out, rebased, committed elsewhere. */
  | { readonly kind: 'recollected'; readonly at: number; readonly text: Digest; readonly spans: Spans };
