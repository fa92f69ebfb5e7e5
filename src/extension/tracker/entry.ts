/** One document that is tracked: its fold, where it stands, and the editor's document while one shows it. */
import type * as vscode from 'vscode';
import type { Change } from '#core/text';
import { Debounced } from '../disposable.ts';
import type { Place } from '../places.ts';
import type { Copies } from './copies.ts';
import { Fold } from './fold.ts';
import type { Made } from './seen.ts';
import type { TrackedText } from './tracked-text.ts';

/** Milliseconds of quiet before what is known is written down. */
const IDLE = 500;

export interface TrackedDocument {
  readonly uri: vscode.Uri;
  readonly text: TrackedText;
  /** `undefined` while it is in no repository. */
  readonly place: Place | undefined;
  /** Absent: recorded. Else why it is not. */
  readonly gap?: string | undefined;
  /** The editor's document; absent: it is known from disk only. */
  readonly document?: vscode.TextDocument | undefined;
  /** Changes made before the former labels were found: until then nothing can be said of who wrote the rest. Absent: they were. */
  readonly early?: readonly Change[] | undefined;
}

/** A tracked document as the tracker holds it. */
export class Entry implements TrackedDocument {
  readonly uri: vscode.Uri;
  readonly fold: Fold;
  readonly keep: Debounced;
  place: Place | undefined;
  document: vscode.TextDocument | undefined;
  gap: string | undefined;
  /** The text as it was made. */
  readonly opened: string;
  /** Has to be written down before this is looked up. Absent: nothing. */
  waits?: Promise<void>;

  constructor(uri: vscode.Uri, made: Made, place: Place | undefined, copies: Copies, keep: (entry: Entry) => void) {
    this.uri = uri;
    this.fold = new Fold(made, copies);
    this.opened = made.text;
    this.place = place;
    this.keep = new Debounced(IDLE, () => keep(this));
  }

  get text(): TrackedText {
    return this.fold.text;
  }

  get early(): readonly Change[] | undefined {
    return this.fold.early;
  }
}
