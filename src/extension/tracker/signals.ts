/** What was seen when a document changed: values only, gathered by the tracker and judged by `classify`. */
import type { AgentId, Span } from '#core/provenance';
import type { Change, Range } from '#core/text';

/** The proposed API's own word on a change, where the user switched it on. */
export interface ChangeDetail {
  /** `cursor`, `inlineCompletionAccept`, `Chat.applyEdits`, `reloadFromDisk`, ... */
  readonly source: string;
  /** For `cursor`: `type`, `paste`, `compositionType`, `executeCommands`, ... For `unknown`: the edit's name. */
  readonly kind?: string;
  readonly extension?: string;
  readonly model?: string;
  readonly session?: string;
}

/** Text that a person is pasting, told by the observe-only paste provider before the change. */
export interface Paste {
  /** Version of the document just before the change. */
  readonly version: number;
  readonly text: string;
  /** Spans of the text, offsets inside it, when it was copied in this window. Absent: it came from outside. */
  readonly copied?: readonly Span[];
}

export interface ChangeSignals {
  readonly change: Change;
  /** Of the document after the change. */
  readonly version: number;
  /** Milliseconds since 1970, UTC. */
  readonly at: number;
  /** Absent: neither. */
  readonly reason?: 'undo' | 'redo';
  /** Absent: the proposed API is off. */
  readonly detail?: ChangeDetail;
  /** `focused`: the document is in the active editor of the window that has the keyboard. Only there can a person type. */
  readonly place: 'focused' | 'background';
  /** Selections just before the change. */
  readonly carets: readonly Range[];
  /** `saving`: between will-save and did-save, when save participants run. */
  readonly phase: 'editing' | 'saving';
  /** Absent: nothing is being pasted into this version. */
  readonly paste?: Paste;
  /** The title of our own quick-fix that this change is. Absent: it is none. */
  readonly ownFix?: string;
}

/** How the selection moved: VS Code's word. `none`: it gave no kind, as for accepted completions, commands and programs. */
export type SelectionKind = 'keyboard' | 'mouse' | 'command' | 'none';

export interface SelectionSignal {
  /** Of the document when the selection moved. */
  readonly version: number;
  readonly kind: SelectionKind;
  readonly carets: readonly Range[];
}

/** Who is named when an assistant acted and did not say which it is. */
export const SOME_ASSISTANT: AgentId = 'assistant';
