import assert from 'node:assert/strict';
import { answer, classify } from '../../../src/extension/tracker/classify.ts';
import type { ChangeSignals } from '../../../src/extension/tracker/signals.ts';
import type { Change } from '#core/text';

const put = (at: number, text: string): Change => [{ range: { start: at, end: at }, text }];
const swap = (start: number, end: number, text: string): Change => [{ range: { start, end }, text }];
const caret = (at: number) => [{ start: at, end: at }];

interface Row {
  readonly title: string;
  readonly before?: string;
  /** Whether a person typed what stood before. Absent: yes. */
  readonly typed?: boolean;
  readonly signals: Partial<ChangeSignals> & Pick<ChangeSignals, 'change'>;
  readonly is: string;
}

const ROWS: readonly Row[] = [
  { title: 'a typed letter asks the keyboard', signals: { change: put(3, 'x') }, is: 'unknown?typed' },
  { title: 'a typed semicolon asks the keyboard', signals: { change: put(3, ';') }, is: 'unknown?typed' },
  { title: 'an auto-closed pair asks the keyboard', signals: { change: put(3, '()') }, is: 'unknown?typed' },
  { title: 'the same letter at three cursors asks the keyboard', before: 'a\nb\nc\n', signals: { change: [...put(1, 'x'), ...put(3, 'x'), ...put(5, 'x')], carets: [...caret(1), ...caret(3), ...caret(5)] }, is: 'unknown?typed' },
  { title: 'a letter in a document in the background is nobody\'s', signals: { change: put(3, 'x'), place: 'background' }, is: 'unknown?unexplained' },
  { title: 'several letters at the caret are nobody\'s until a marker speaks', signals: { change: put(3, 'hello(1)') }, is: 'unknown?unexplained' },
  { title: 'several lines are nobody\'s', signals: { change: put(0, 'function a() {\n}\n') }, is: 'unknown?unexplained' },
  { title: 'an undo restores', signals: { change: put(0, 'gone'), reason: 'undo' }, is: 'restore' },
  { title: 'a deletion only carries', signals: { change: swap(0, 2, '') }, is: 'carry' },
  { title: 'spaces are formatting', before: 'a(1,2)', signals: { change: put(4, ' '), carets: [] }, is: 'transform format' },
  { title: 'quotes and a trailing comma are formatting', before: "f('a', b)", signals: { change: swap(2, 8, '"a", b,') }, is: 'transform format' },
  { title: 'indentation in Python is not formatting', before: 'if a:\n    b()\n', signals: { change: swap(6, 10, '') }, is: 'carry' },
  { title: 'lines in another order are a move', before: 'b();\na();\n', signals: { change: swap(0, 10, 'a();\nb();\n') }, is: 'transform format' },
  { title: 'a dragged piece is a move', before: 'one two', signals: { change: [{ range: { start: 0, end: 4 }, text: '' }, { range: { start: 7, end: 7 }, text: ' one' }] }, is: 'transform format' },
  { title: 'commenting lines out moves nothing', before: 'a();\nb();\n', signals: { change: [...put(0, '// '), ...put(5, '// ')] }, is: 'transform format' },
  { title: 'one name for another everywhere is a rename', before: 'let one = 1; use(one);', signals: { change: [...swap(4, 7, 'uno'), ...swap(17, 20, 'uno')], carets: [] }, is: 'transform rename' },
  { title: 'true for false everywhere is no rename', before: 'a = true; b = true;', signals: { change: [...swap(4, 8, 'false'), ...swap(14, 18, 'false')], carets: [] }, is: 'unknown?unexplained' },
  { title: 'a name from the list asks whether it was one', before: 'con', signals: { change: swap(0, 3, 'console'), carets: caret(3) }, is: 'unknown?suggested' },
  { title: 'a path of members from the list asks as well', before: 'con', signals: { change: swap(0, 3, 'console.log('), carets: caret(3) }, is: 'unknown?suggested' },
  { title: 'a name whose beginning nobody typed is nobody\'s', before: 'con', typed: false, signals: { change: swap(0, 3, 'console'), carets: caret(3) }, is: 'unknown?unexplained' },
  { title: 'a name without a beginning is nobody\'s', before: 'con', signals: { change: put(3, 'sole'), carets: caret(3) }, is: 'unknown?unexplained' },
  { title: 'a call with its arguments is nobody\'s', before: 'con', signals: { change: swap(0, 3, 'console.log(1)'), carets: caret(3) }, is: 'unknown?unexplained' },
  { title: 'two words are nobody\'s', before: 'con', signals: { change: swap(0, 3, 'const conn'), carets: caret(3) }, is: 'unknown?unexplained' },
  { title: 'a name without the typed letters is nobody\'s', before: 'con', signals: { change: swap(0, 3, 'process'), carets: caret(3) }, is: 'unknown?unexplained' },
  { title: 'a name of more than 60 letters is nobody\'s', before: 'con', signals: { change: swap(0, 3, `con${'x'.repeat(58)}`), carets: caret(3) }, is: 'unknown?unexplained' },
  { title: 'names at two carets are nobody\'s', before: 'con con con', signals: { change: [...swap(0, 3, 'console'), ...swap(4, 7, 'console')], carets: [...caret(3), ...caret(7)] }, is: 'unknown?unexplained' },
  { title: 'a paste is a paste', signals: { change: put(3, 'from elsewhere'), version: 5, paste: { version: 4, text: 'from elsewhere' } }, is: 'paste' },
  { title: 'our own fix is a quick-fix', signals: { change: put(3, '$1'), ownFix: 'Pass the values as parameters' }, is: 'transform quick-fix' },
  { title: 'the editor names an inline completion', signals: { change: put(3, 'hello'), detail: { source: 'inlineCompletionAccept', extension: 'GitHub.copilot' } }, is: 'agent github-copilot' },
  { title: 'the editor names a chat edit', signals: { change: put(3, 'hello'), detail: { source: 'Chat.applyEdits', extension: 'vendor.chat' } }, is: 'agent vendor.chat' },
  { title: 'the editor names a key press', signals: { change: put(3, 'h'), detail: { source: 'cursor', kind: 'type' } }, is: 'human' },
  { title: 'a key press of many lines is not believed', signals: { change: put(3, 'a();\nb();\n'), detail: { source: 'cursor', kind: 'type' } }, is: 'unknown?unexplained' },
  { title: 'a save participant is nobody', signals: { change: put(3, 'header'), phase: 'saving' }, is: 'unknown?unexplained' },
];

describe('who made a change', () => {
  for (const { title, before = 'abc', typed = true, signals, is } of ROWS) {
    it(title, () => {
      const decision = classify({ before, language: title.includes('Python') ? 'python' : 'typescript', typed: () => typed }, { version: 2, at: 1, place: 'focused', carets: caret(3), phase: 'editing', ...signals });
      assert.equal(said(decision), is);
    });
  }
});

describe('what the selection proves', () => {
  const places = [{ start: 3, end: 4 }];
  const cases = [
    { title: 'the keyboard right behind the letter: a person', kind: 'keyboard', carets: caret(4), is: 'human' },
    { title: 'no kind: nobody', kind: 'none', carets: caret(4), is: 'unknown' },
    { title: 'the mouse: nobody', kind: 'mouse', carets: caret(4), is: 'unknown' },
    { title: 'the keyboard elsewhere: nobody', kind: 'keyboard', carets: caret(9), is: 'unknown' },
    { title: 'the keyboard with a selection: nobody', kind: 'keyboard', carets: [{ start: 3, end: 4 }], is: 'unknown' },
  ] as const;
  for (const { title, kind, carets, is } of cases) {
    it(title, () => {
      assert.equal(answer('typed', places, [], { version: 2, kind, carets }, 1)?.origin.kind, is);
    });
  }
});

function said(decision: ReturnType<typeof classify>): string {
  switch (decision.kind) {
    case 'carry':
    case 'restore':
    case 'copied':
      return decision.kind;
    case 'transform':
      return `transform ${decision.arrival.origin.kind === 'tool' ? decision.arrival.origin.tool : ''}`;
    case 'arrive': {
      const { origin } = decision.arrival;
      return `${origin.kind}${origin.kind === 'agent' ? ` ${origin.agent}` : ''}${decision.question === undefined ? '' : `?${decision.question}`}`;
    }
  }
}
