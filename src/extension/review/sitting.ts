/** What a person has answered so far, by the content it was answered for: changed code starts anew. Kept in memory only. */
import type { Answer, ChecklistAnswer } from '#core/review';
import type { Question } from '#core/checklist';
import { READ_IT } from '#core/checklist';

interface Answered {
  readonly answer?: Answer;
  readonly note: string;
}

export interface Page {
  readonly answers: ReadonlyMap<string, Answered>;
  readonly note: string;
}

const EMPTY: Page = { answers: new Map(), note: '' };

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

  forget(region: string): void {
    this.#pages.delete(region);
  }
}

/** The answer shown for a question: the person's, else what analysis has proven. */
export function answerOf(question: Question, page: Page): Answered {
  return page.answers.get(question.id) ?? { note: '', ...(question.provenBy !== undefined && { answer: 'no' as const }) };
}

/** Why the piece cannot be vetted as it is answered; `undefined`: it can. */
export function missing(questions: readonly Question[], page: Page): string | undefined {
  const open = questions.filter((question) => answerOf(question, page).answer === undefined);
  if (open.length > 0) return open.length === 1 ? 'One question is not answered yet.' : `${open.length} questions are not answered yet.`;
  if (answerOf(READ_IT, page).answer !== 'yes') return 'To vet code means to have read it: the first question has to be answered with yes.';
  const unexplained = questions.find((question) => {
    const { answer, note } = answerOf(question, page);
    return note.trim() === '' && (question.provenBy !== undefined || (answer === 'no' && question.id !== READ_IT.id));
  });
  if (unexplained === undefined) return undefined;
  return unexplained.provenBy === undefined ? 'A question is answered with no: change the code, or say in its note why it may stay.' : `A finding is open (${unexplained.provenBy}): fix it, or say in the question's note why it may stay. It still blocks the gate until it is fixed or waived.`;
}

/** What is signed. */
export function answersOf(questions: readonly Question[], page: Page): readonly ChecklistAnswer[] {
  return questions.map((question) => {
    const { answer, note } = answerOf(question, page);
    return { item: question.id, answer: answer ?? 'no', ...(note.trim() !== '' && { note: note.trim() }) };
  });
}
