/** Every message between the checklist page and the editor. Types only. */
import type { Answer } from '#core/review';

export interface ChecklistItemView {
  readonly id: string;
  readonly question: string;
  readonly answer?: Answer;
  readonly note: string;
  /** Set when analysis answered it, and says by what. */
  readonly provenBy?: string;
}

export interface FindingView {
  readonly print: string;
  readonly rule: string;
  readonly severity: string;
  readonly line: number;
  readonly message: string;
  readonly why: string;
  readonly advice: string;
  readonly tags: readonly string[];
  readonly fixes: readonly string[];
  readonly steps: readonly { readonly line: number; readonly message: string }[];
}

export interface RegionView {
  readonly id: string;
  readonly path: string;
  readonly label: string;
  readonly fromLine: number;
  readonly toLine: number;
  readonly state: 'unvetted' | 'changed' | 'vetted';
  /** "Claude Code", "An assistant (inline completion)", "Unknown: not recorded". */
  readonly author: string;
  readonly evidence: readonly string[];
  readonly when: string;
  readonly findings: readonly FindingView[];
  readonly checklist: readonly ChecklistItemView[];
  readonly note: string;
  /** Why vetting is not offered just now. Absent: it is. */
  readonly blocked?: string;
}

/** Editor -> page. */
export type ToPage =
  /** `press`: a number of this sitting that a press of the vet button sends back. */
  | { readonly kind: 'region'; readonly region: RegionView; readonly press: string }
  | { readonly kind: 'empty'; readonly message: string };

/** Page -> editor. */
export type FromPage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'reveal'; readonly line: number }
  | { readonly kind: 'answer'; readonly region: string; readonly item: string; readonly answer: Answer; readonly note: string }
  | { readonly kind: 'note'; readonly region: string; readonly note: string }
  | { readonly kind: 'fix'; readonly print: string; readonly fix: number }
  | { readonly kind: 'open-rule'; readonly rule: string }
  /** A person pressed "Mark as vetted". */
  | { readonly kind: 'vet'; readonly region: string; readonly press: string };
