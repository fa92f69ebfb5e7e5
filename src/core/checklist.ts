/**
 * The questions a person answers before vetting a piece of code: built from what its text does, what analysis found, and the policy's own.
 * Guards: a question is only left out when nothing in the text asks for it; the reading itself is always asked.
 */
import { atLeast, type Finding, type Fingerprint } from './finding.ts';
import { isEcmascript, languageOf } from './language.ts';
import { RISKS, type ChecklistItem, type Requirement, type RiskLevel } from './policy.ts';
import type { RepoPath } from './path.ts';
import { lineAt, lineStarts, type Range } from './text.ts';
import { TOPICS } from './topics.ts';

export interface Question {
  readonly id: string;
  /** Concrete, with the lines it speaks of. */
  readonly question: string;
  /** As it stands in a translation's source: `{0}` for the lines, or for `gone`. Absent: somebody's own words, not to be translated. */
  readonly template?: string;
  /** What the change takes away, in words. Absent: it is not about that. */
  readonly gone?: string;
  /** One-based lines of the whole text that asked for it. Empty: the whole piece. */
  readonly lines: readonly number[];
  /** Set when analysis has an opinion: the answer `no` until the finding is fixed. */
  readonly provenBy?: string;
  /** Fingerprints of the findings that this is about. Absent: it is about none. */
  readonly prints?: readonly Fingerprint[];
  /** What the code touches that made this a question, and how much harm a mistake does there. Absent: it is asked for another reason. */
  readonly topic?: { readonly name: string; readonly risk: RiskLevel };
}

/** Asked of every piece. */
export const READ_IT: Question = { id: 'read', question: 'I read every line of this code and understand what it does.', template: 'I read every line of this code and understand what it does.', lines: [] };
const FINDINGS = 'Did you look at each finding on {0}, and is leaving it as it is right?';
const REMOVED = 'The change no longer runs {0} where it ran. Is that right? Your signature covers it, too.';

/** Every question that Vetmark itself can ask, for translators. */
export const QUESTION_TEMPLATES: readonly string[] = [READ_IT.question, FINDINGS, REMOVED, ...TOPICS.map(({ ask }) => ask)];

export interface Piece {
  /** The whole text. */
  readonly text: string;
  /** The piece to vet, offsets of the text. */
  readonly range: Range;
  /** Findings that touch the piece. */
  readonly findings: readonly Finding[];
  /** The policy's items for this path. */
  readonly items: readonly ChecklistItem[];
  /** Where it stands. Absent: in no repository, and only the words of the code count. */
  readonly path?: RepoPath;
  /** What the change no longer runs where it ran, in words. Absent: nothing is known to be gone. */
  readonly removed?: readonly string[];
}

/** Longest part of a line that is looked at, in UTF-16 code units. */
const LINE_LIMIT = 2000;

/** The questions for a piece of code, the reading first. All of them have to be answered. */
export function checklistFor({ text, range, findings, items, path, removed = [] }: Piece): readonly Question[] {
  const starts = lineStarts(text);
  const from = lineAt(starts, range.start);
  const to = lineAt(starts, Math.max(range.start, range.end - 1));
  const code = Array.from({ length: to - from + 1 }, (_, index) => ({ number: from + index + 1, text: text.slice(starts[from + index]!, Math.min(starts[from + index + 1] ?? text.length, starts[from + index]! + LINE_LIMIT)) }));
  const lineOf = (finding: Finding): number => lineAt(starts, finding.range.start) + 1;

  const spoken = path !== undefined && isEcmascript(languageOf(path)) ? code.filter(({ text: line }) => !isComment(line)) : code;
  const worded = new Map(TOPICS.map(({ id, pattern }) => [id, spoken.filter(({ text: line }) => pattern.test(line)).map(({ number }) => number)]));
  const topics = TOPICS.flatMap(({ id, name, risk, files, rules, ask, unless = [] }): Question[] => {
    const found = findings.filter(({ rule }) => rules.includes(rule));
    const taken = new Set(unless.flatMap((other) => worded.get(other) ?? []));
    const lines = sorted([...worded.get(id)!.filter((line) => !taken.has(line)), ...found.map(lineOf)]);
    const whole = lines.length === 0 && path !== undefined && files?.test(path) === true;
    if (lines.length === 0 && !whole) return [];
    const [first] = found;
    return [{ id, question: filled(ask, whole ? nameLines([from + 1, to + 1]) : nameLines(lines)), template: ask, lines: whole ? sorted([from + 1, to + 1]) : lines, topic: { name, risk }, ...(first !== undefined && { provenBy: `${first.rule}, line ${lineOf(first)}`, prints: found.map(({ print }) => print) }) }];
  });
  const asked = new Set(TOPICS.flatMap(({ id, rules }) => (topics.some((topic) => topic.id === id) ? rules : [])));
  const other = findings.filter(({ rule }) => !asked.has(rule));
  const where = sorted(other.map(lineOf));
  const open: Question[] = other.length === 0 ? [] : [{ id: 'findings', question: filled(FINDINGS, nameLines(where)), template: FINDINGS, lines: where, prints: other.map(({ print }) => print) }];
  const own = items.map(({ id, question }): Question => ({ id: `${OWN}${id}`, question, lines: [] }));
  const gone: Question[] = removed.length === 0 ? [] : [{ id: 'removed', question: filled(REMOVED, removed.join(', ')), template: REMOVED, gone: removed.join(', '), lines: [] }];
  return [READ_IT, ...gone, ...topics, ...open, ...own];
}

/** A line of ECMAScript that is nothing but a comment by itself; the middle of a longer one may look like code, and counts as that. */
function isComment(line: string): boolean {
  const text = line.trim();
  return text.startsWith('//') || (text.startsWith('/*') && text.indexOf('*/') === text.length - 2);
}

/** Begins the ids of the policy's own questions. */
const OWN = 'policy-';

/** Of the questions that a piece asks, those without whose answer a record does not count. What hangs on the analysis or on the rest of the change is never among them. */
export function demandedOf(questions: readonly Question[], answers: Requirement['answers']): readonly Question[] {
  const isOwn = ({ id }: Question): boolean => id.startsWith(OWN);
  switch (answers) {
    case 'free':
      return [];
    case 'own':
      return questions.filter(isOwn);
    case 'risky':
      return questions.filter((question) => isOwn(question) || question.topic?.risk === 'high');
    case 'all':
      return questions.filter((question) => isOwn(question) || question.id === READ_IT.id || question.topic !== undefined);
  }
}

/** How risky a piece of code is, and why. */
export interface Risk {
  readonly level: RiskLevel;
  /** What made it so, worst first. Empty: nothing did, and the level is `low`. */
  readonly because: readonly Cause[];
}

export type Cause =
  | { readonly kind: 'finding'; readonly level: RiskLevel; readonly rule: string }
  | { readonly kind: 'topic'; readonly level: RiskLevel; readonly id: string; readonly name: string; readonly lines: readonly number[] }
  | { readonly kind: 'policy'; readonly level: RiskLevel };

/** From the questions that `checklistFor` asks of it, its open findings, and what the policy says of its path (absent: nothing). To be kept by the caller: it costs what the checklist costs. */
export function riskOf(questions: readonly Question[], findings: readonly Finding[], policy: RiskLevel | undefined): Risk {
  const because: Cause[] = [
    ...new Map(findings.map(({ rule, severity }): [string, Cause] => [rule, { kind: 'finding', level: atLeast(severity, 'high') ? 'high' : severity === 'medium' ? 'medium' : 'low', rule }])).values(),
    ...(policy === undefined ? [] : [{ kind: 'policy', level: policy } as const]),
    ...questions.flatMap(({ id, lines, topic }): Cause[] => (topic === undefined ? [] : [{ kind: 'topic', level: topic.risk, id, name: topic.name, lines }])),
  ];
  const sortedCauses = because.sort((a, b) => RISKS.indexOf(a.level) - RISKS.indexOf(b.level));
  return { level: sortedCauses[0]?.level ?? 'low', because: sortedCauses };
}

function filled(template: string, value: string): string {
  return template.replace('{0}', () => value);
}

function sorted(lines: readonly number[]): readonly number[] {
  return [...new Set(lines)].sort((a, b) => a - b);
}

/** "line 4", "lines 4 and 7", "lines 4, 7, 9 and more". */
function nameLines(given: readonly number[]): string {
  const lines = sorted(given);
  if (lines.length === 1) return `line ${lines[0]}`;
  if (lines.length <= 4) return `lines ${lines.slice(0, -1).join(', ')} and ${lines.at(-1)}`;
  return `lines ${lines.slice(0, 4).join(', ')} and more`;
}
