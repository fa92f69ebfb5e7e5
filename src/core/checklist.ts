/**
 * The questions a person answers before vetting a piece of code: built from what its text does, what analysis found, and the policy's own.
 * Guards: a question is only left out when nothing in the text asks for it; the reading itself is always asked.
 */
import type { Finding } from './finding.ts';
import type { ChecklistItem } from './policy.ts';
import { lineAt, lineStarts, type Range } from './text.ts';

export interface Question {
  readonly id: string;
  /** Concrete, with the lines it speaks of. */
  readonly question: string;
  /** One-based lines of the whole text that asked for it. Empty: the whole piece. */
  readonly lines: readonly number[];
  /** Set when analysis has an opinion: the answer `no` until the finding is fixed. */
  readonly provenBy?: string;
}

/** What a piece of code touches, by words that stand in it, and what to ask then. */
interface Topic {
  readonly id: string;
  readonly pattern: RegExp;
  /** Rules whose findings answer this question with no. */
  readonly rules: readonly string[];
  readonly ask: (lines: string) => string;
}

const TOPICS: readonly Topic[] = [
  {
    id: 'sql',
    pattern: /\b(?:select\s.{0,200}\sfrom|insert\s+into|update\s+\w+\s+set|delete\s+from|create\s+table|drop\s+table)\b|\.(?:query|execute|raw|prepare)\s*\(/i,
    rules: ['no-sql-injection'],
    ask: (lines) => `Does every value reach the SQL on ${lines} as a parameter, and may this caller see or change exactly these rows?`,
  },
  {
    id: 'shell',
    pattern: /\b(?:exec|execSync|execFile|spawn|spawnSync|fork|popen|system|subprocess|shell_exec)\s*[(.]|child_process|Runtime\.getRuntime/,
    rules: ['no-command-injection'],
    ask: (lines) => `Can nothing from outside become part of the command or its options on ${lines}?`,
  },
  {
    id: 'code',
    pattern: /\b(?:eval|Function|setTimeout\s*\(\s*['"`]|vm\.run\w*|pickle\.loads?|yaml\.load|unserialize|deserialize|readObject)\s*\(?/,
    rules: ['no-dynamic-code'],
    ask: (lines) => `Is nothing from outside run as code or rebuilt as an object on ${lines}?`,
  },
  {
    id: 'files',
    pattern: /\b(?:readFile|writeFile|appendFile|unlink|rmdir|rm|mkdir|createReadStream|createWriteStream|sendFile|open|copyFile|rename)(?:Sync)?\s*\(|\bfs\.|path\.(?:join|resolve)\s*\(/,
    rules: ['no-path-traversal'],
    ask: (lines) => `Do the paths on ${lines} stay inside the folder they are meant for, whatever name comes in (\`..\`, absolute paths, links)?`,
  },
  {
    id: 'network',
    pattern: /\b(?:fetch|axios|request|got|http\.get|https\.get|urlopen|requests\.(?:get|post|put|delete)|XMLHttpRequest|WebSocket)\b\s*[(.]?/,
    rules: ['no-ssrf'],
    ask: (lines) => `Is the address on ${lines} one we chose, does the call have a timeout, and is a failure handled?`,
  },
  {
    id: 'html',
    pattern: /\binnerHTML|outerHTML|insertAdjacentHTML|document\.write|dangerouslySetInnerHTML|v-html|res\.send\s*\(\s*[`'"]\s*<|<\/?[a-z][\w-]*[^<>]{0,200}>\s*\$\{/i,
    rules: ['no-html-injection', 'no-xss'],
    ask: (lines) => `Is every value that reaches HTML on ${lines} escaped for the place where it lands (text, attribute, URL, script)?`,
  },
  {
    id: 'access',
    pattern: /\b(?:auth\w*|login|logout|session|cookie|jwt|token|password|passwd|permission|role|isAdmin|csrf|cors|oauth)\b/i,
    rules: [],
    ask: (lines) => `Who may call this, and what stops one user from using another's id? Is that checked before the work on ${lines}?`,
  },
  {
    id: 'secrets',
    pattern: /\b(?:api_?key|secret|private_?key|access_?key|credential)\w*\s*[:=]/i,
    rules: ['no-hardcoded-secret', 'no-secret', 'secret'],
    ask: (lines) => `Do the credentials on ${lines} come from a secret store or the environment, never from the code, and never into a log?`,
  },
  {
    id: 'crypto',
    pattern: /\b(?:createHash|createCipher\w*|createHmac|md5|sha1|Math\.random|randomBytes|pbkdf2|bcrypt|scrypt|argon2)\b/,
    rules: ['no-weak-crypto'],
    ask: (lines) => `Is the algorithm on ${lines} right for its purpose (passwords: slow hash with salt; tokens: secure random), and compared in constant time?`,
  },
  {
    id: 'money',
    pattern: /\b(?:price|amount|total|refund|charge|invoice|payment|balance|discount|currency|checkout|stripe|paypal)\w*\b/i,
    rules: [],
    ask: (lines) => `Is the amount on ${lines} taken from our own records, bounded (a refund by what was paid, no negative quantity), rounded on purpose, and is repeating the request harmless?`,
  },
  {
    id: 'personal-data',
    pattern: /\b(?:e-?mail|phone|address|birth\w*|ssn|passport|iban|customer|patient|first_?name|last_?name)\b/i,
    rules: [],
    ask: (lines) => `Is each piece of personal data on ${lines} needed, and does it stay out of logs, URLs and error messages?`,
  },
  {
    id: 'concurrency',
    pattern: /\b(?:Promise\.all|setInterval|Worker|Mutex|lock|transaction|atomic|threading|goroutine|synchronized)\b|\bbegin\b.{0,80}\bcommit\b/i,
    rules: [],
    ask: (lines) => `If this runs twice at the same time, is what was checked still true when it is written on ${lines} (one transaction, or a lock)?`,
  },
  {
    id: 'dependencies',
    pattern: /^\s*(?:import\s[^'"]{0,300}from\s*['"][^'"./#]|import\s*['"][^'"./#]|from\s+\w[\w.]*\s+import|require\s*\(\s*['"][^'"./#]|(?:const|let|var)\s.{0,120}require\s*\(\s*['"][^'"./#])|"(?:dev|peer)?[dD]ependencies"\s*:/,
    rules: [],
    ask: (lines) => `Does each package named on ${lines} exist under exactly this name, and is it one we want?`,
  },
];

/** Asked of every piece. */
export const READ_IT: Question = { id: 'read', question: 'I read every line of this code and understand what it does.', lines: [] };

export interface Piece {
  /** The whole text. */
  readonly text: string;
  /** The piece to vet, offsets of the text. */
  readonly range: Range;
  /** Findings that touch the piece. */
  readonly findings: readonly Finding[];
  /** The policy's items for this path. */
  readonly items: readonly ChecklistItem[];
  /** What the change no longer runs where it ran, in words. Absent: nothing is known to be gone. */
  readonly removed?: readonly string[];
}

/** The questions for a piece of code, the reading first. All of them have to be answered. */
export function checklistFor({ text, range, findings, items, removed = [] }: Piece): readonly Question[] {
  const starts = lineStarts(text);
  const from = lineAt(starts, range.start);
  const to = lineAt(starts, Math.max(range.start, range.end - 1));
  const code = Array.from({ length: to - from + 1 }, (_, index) => ({ number: from + index + 1, text: text.slice(starts[from + index]!, Math.min(starts[from + index + 1] ?? text.length, starts[from + index]! + 2000)) }));
  const lineOf = (finding: Finding): number => lineAt(starts, finding.range.start) + 1;

  const topics = TOPICS.flatMap((topic): Question[] => {
    const found = findings.filter(({ rule }) => topic.rules.includes(rule));
    const lines = [...new Set([...code.filter(({ text: line }) => topic.pattern.test(line)).map(({ number }) => number), ...found.map(lineOf)])].sort((a, b) => a - b);
    if (lines.length === 0) return [];
    const [first] = found;
    return [{ id: topic.id, question: topic.ask(nameLines(lines)), lines, ...(first !== undefined && { provenBy: `${first.rule}, line ${lineOf(first)}` }) }];
  });
  const asked = new Set(topics.flatMap(({ id }) => TOPICS.find((topic) => topic.id === id)!.rules));
  const other = findings.filter(({ rule }) => !asked.has(rule));
  const open: Question[] = other.length === 0 ? [] : [{ id: 'findings', question: `Did you look at each finding on ${nameLines([...new Set(other.map(lineOf))])}, and is leaving it as it is right?`, lines: other.map(lineOf) }];
  const own = items.map(({ id, question }): Question => ({ id: `policy-${id}`, question, lines: [] }));
  const gone: Question[] = removed.length === 0 ? [] : [{ id: 'removed', question: `The change no longer runs ${removed.join(', ')} where it ran. Is that right? Your signature covers it, too.`, lines: [] }];
  return [READ_IT, ...gone, ...topics, ...open, ...own];
}

/** "line 4", "lines 4 and 7", "lines 4, 7, 9 and more". */
function nameLines(lines: readonly number[]): string {
  if (lines.length === 1) return `line ${lines[0]}`;
  if (lines.length <= 4) return `lines ${lines.slice(0, -1).join(', ')} and ${lines.at(-1)}`;
  return `lines ${lines.slice(0, 4).join(', ')} and more`;
}
