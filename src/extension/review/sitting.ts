/** What a person has answered and waived so far, by the content it was answered for: changed code starts anew. Kept in memory only. */
import { READ_IT, type Question } from '#core/checklist';
import type { Finding } from '#core/finding';
import type { RepoPath } from '#core/path';
import type { Answer, ChecklistAnswer, Waiver } from '#core/review';

interface Answered {
  readonly answer?: Answer;
  readonly note: string;
}

/** A waiver as it is to be signed. */
export interface WaiverDraft {
  readonly reason: string;
  /** ISO date, the last day. */
  readonly until: string;
}

export interface Page {
  readonly answers: ReadonlyMap<string, Answered>;
  readonly note: string;
  /** By fingerprint of the finding. */
  readonly waivers: ReadonlyMap<string, WaiverDraft>;
}

const EMPTY: Page = { answers: new Map(), note: '', waivers: new Map() };

export class Sitting {
  readonly #pages = new Map<string, Page>();

  page(region: string): Page {
    return this.#pages.get(region) ?? EMPTY;
  }

  answer(region: string, item: string, answer: Answer | undefined, note: string): void {
    const page = this.page(region);
    this.#pages.set(region, { ...page, answers: new Map([...page.answers, [item, { note, ...(answer !== undefined && { answer }) }]]) });
  }

  note(region: string, note: string): void {
    this.#pages.set(region, { ...this.page(region), note });
  }

  /** `draft` undefined: the finding is not waived after all. */
  waive(region: string, print: string, draft: WaiverDraft | undefined): void {
    const page = this.page(region);
    const others = [...page.waivers].filter(([known]) => known !== print);
    this.#pages.set(region, { ...page, waivers: new Map(draft === undefined ? others : [...others, [print, draft]]) });
  }

  forget(region: string): void {
    this.#pages.delete(region);
  }
}

/** The answer shown for a question: the person's, else what analysis has proven. */
export function answerOf(question: Question, page: Page): Answered {
  return page.answers.get(question.id) ?? { note: '', ...(question.provenBy !== undefined && { answer: 'no' as const }) };
}

/** Why a piece cannot be vetted as it is answered. */
export type Missing =
  | { readonly kind: 'answers'; readonly count: number }
  | { readonly kind: 'reading' }
  | { readonly kind: 'note' }
  /** A finding is open, and nobody said why it may stay. */
  | { readonly kind: 'finding'; readonly by: string };

/** The first thing that is missing; `undefined`: nothing is. */
export function missing(questions: readonly Question[], page: Page): Missing | undefined {
  const open = questions.filter((question) => answerOf(question, page).answer === undefined);
  if (open.length > 0) return { kind: 'answers', count: open.length };
  if (answerOf(READ_IT, page).answer !== 'yes') return { kind: 'reading' };
  const unexplained = questions.find((question) => {
    const { answer, note } = answerOf(question, page);
    const isWaived = question.prints !== undefined && question.prints.every((print) => page.waivers.has(print));
    return note.trim() === '' && !isWaived && (question.provenBy !== undefined || (answer === 'no' && question.id !== READ_IT.id));
  });
  if (unexplained === undefined) return undefined;
  return unexplained.provenBy === undefined ? { kind: 'note' } : { kind: 'finding', by: unexplained.provenBy };
}

/** What is signed. */
export function answersOf(questions: readonly Question[], page: Page): readonly ChecklistAnswer[] {
  return questions.map((question) => {
    const { answer, note } = answerOf(question, page);
    return { item: question.id, answer: answer ?? 'no', ...(note.trim() !== '' && { note: note.trim() }) };
  });
}

/** The waivers that are signed: of findings that are there. */
export function waiversOn(findings: readonly Finding[], path: RepoPath, page: Page): readonly Waiver[] {
  return [...new Map(findings.map((finding) => [finding.print, finding])).values()].flatMap(({ print, rule }) => {
    const draft = page.waivers.get(print);
    return draft === undefined ? [] : [{ print, rule, path, reason: draft.reason, until: draft.until }];
  });
}

/** Why a waiver cannot be given like this. */
export type WaiverTrouble = 'reason' | 'day' | 'past' | 'too-long';

/** `undefined`: it can. `today` and `longest` are ISO dates; `longest` absent: the policy sets no end. */
export function waiverTrouble({ reason, until }: WaiverDraft, today: string, longest: string | undefined): WaiverTrouble | undefined {
  if (reason.trim() === '') return 'reason';
  if (!/^\d{4}-\d\d-\d\d$/.test(until) || Number.isNaN(Date.parse(until))) return 'day';
  if (until < today) return 'past';
  return longest !== undefined && until > longest ? 'too-long' : undefined;
}
