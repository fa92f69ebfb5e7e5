/** Every message between the checklist page and the editor, with every word that the page shows. Types only. */
import type { Answer } from '#core/review';

export interface ChecklistItemView {
  readonly id: string;
  readonly question: string;
  readonly answer?: Answer;
  readonly note: string;
  /** Set when analysis answered it: "Answered by no-sql-injection, line 4". */
  readonly proven?: string;
}

export interface WaiverView {
  readonly reason: string;
  /** ISO date. */
  readonly until: string;
}

export interface FindingView {
  readonly print: string;
  readonly rule: string;
  /** `critical` to `info`, for the style; `severityWord` for people. */
  readonly severity: string;
  readonly severityWord: string;
  readonly line: number;
  /** "Line 4". */
  readonly place: string;
  readonly message: string;
  readonly why: string;
  readonly advice: string;
  readonly tags: readonly string[];
  readonly fixes: readonly string[];
  /** "Line 4: from the request". */
  readonly steps: readonly string[];
  /** A signed waiver, in words: it has ended, since the finding is shown. Absent: nobody waived it. */
  readonly waived?: string;
  /** A waiver that the next signature will carry. Absent: none. */
  readonly draft?: WaiverView & { readonly words: string };
  /** Why the waiver that was just asked for cannot be given. Absent: it can, or none was. */
  readonly trouble?: string;
  /** What the form begins with, and the days between which it may end, as ISO dates. `longest` absent: the policy sets no end. */
  readonly offer: WaiverView & { readonly earliest: string; readonly longest?: string };
}

export interface RegionView {
  readonly id: string;
  readonly label: string;
  /** "src/a.ts, lines 4-19". */
  readonly place: string;
  readonly fromLine: number;
  readonly state: 'unvetted' | 'changed' | 'vetted';
  readonly stateWord: string;
  /** "Written by Claude Code, yesterday". */
  readonly author: string;
  readonly evidence: readonly string[];
  /** What people signed for this very content before. */
  readonly said: readonly string[];
  readonly risk: { readonly level: 'high' | 'medium' | 'low'; readonly words: string; readonly because: readonly string[] };
  readonly reading: { readonly share: number; readonly words: string };
  /** "The policy asks for 2 reviewers, ...". Absent: nothing beyond the usual. */
  readonly demands?: string;
  readonly findings: readonly FindingView[];
  readonly checklist: readonly ChecklistItemView[];
  /** "3 of 5 answered". */
  readonly progress: string;
  readonly note: string;
  /** Why vetting is not offered just now. Absent: it is. */
  readonly blocked?: string;
}

/** Words of the page that hang on no region. */
export interface PageTexts {
  readonly evidence: string;
  readonly findings: string;
  readonly checklist: string;
  readonly note: string;
  readonly noteAbout: string;
  readonly itemNote: string;
  /** `{0}`: the question. */
  readonly itemNoteFor: string;
  readonly answers: Readonly<Record<Answer, string>>;
  readonly waive: string;
  readonly waiveReason: string;
  readonly waiveUntil: string;
  readonly waiveKeep: string;
  readonly waiveDrop: string;
  readonly vet: string;
  readonly sendBack: string;
  readonly notAi: string;
  readonly mine: string;
  readonly otherWays: string;
  readonly reading: string;
}

/** Editor -> page. */
export type ToPage =
  /** `press`: a number of this sitting that a press of the vet button sends back. `focus`: the finding whose waiver the person asked for; absent: the focus stays. */
  | { readonly kind: 'region'; readonly region: RegionView; readonly texts: PageTexts; readonly press: string; readonly focus?: string }
  | { readonly kind: 'empty'; readonly message: string };

/** Page -> editor. */
export type FromPage =
  | { readonly kind: 'ready' }
  /** The page got the focus, or lost it. */
  | { readonly kind: 'focus'; readonly on: 'page' | 'editor' }
  | { readonly kind: 'reveal'; readonly line: number }
  | { readonly kind: 'answer'; readonly region: string; readonly item: string; readonly answer: Answer; readonly note: string }
  | { readonly kind: 'note'; readonly region: string; readonly note: string }
  | { readonly kind: 'fix'; readonly print: string; readonly fix: number }
  | { readonly kind: 'open-rule'; readonly rule: string }
  /** The waiver will be part of the signature; with `waiver` absent, it will not. */
  | { readonly kind: 'waive'; readonly region: string; readonly print: string; readonly waiver?: WaiverView }
  /** Leads to questions in the editor; signs nothing. */
  | { readonly kind: 'decide'; readonly region: string; readonly how: 'not-ai' | 'mine' | 'send-back' }
  /** A person pressed "Mark as vetted". */
  | { readonly kind: 'vet'; readonly region: string; readonly press: string };
