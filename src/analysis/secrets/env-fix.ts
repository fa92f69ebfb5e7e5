/**
 * The fix: a literal that is a secret, as a whole and by itself, becomes a read of an environment variable.
 * Offered only where the literal is a value in JavaScript or TypeScript code: not in types, JSX, templates, keys or longer texts.
 */
import jsTokens from 'js-tokens';
import type { Fix } from '#core/finding';
import type { Range } from '#core/text';
import { environmentName } from './enclosing.ts';

const LANGUAGES: ReadonlySet<string> = new Set(['javascript', 'javascriptreact', 'typescript', 'typescriptreact']);
/** Lexing more than this for a fix would be felt while typing. */
const LONGEST = 1_000_000;

interface Token extends Range {
  readonly type: string;
  readonly value: string;
}

/** What the innermost bracket around a token opens. In doubt `other`: then no fix is offered. */
type Bracket = 'object' | 'call' | 'other';

/** What the secret is, where its own name says too little: `OPENAI` in `apiKey`, `JWT_SECRET` in `jwt.sign(payload, "...")`. */
export interface Naming {
  /** Put before a name such as `password`. Absent: the name stands alone. */
  readonly owner?: string;
  /** The whole name, for a literal that is an argument. Absent: arguments have no fix. */
  readonly whole?: string;
}

/** Says what fix a value in this text can have. Lexes the text at most once, and only when asked. */
export function fixerFor(text: string, language: string): (value: Range, naming: Naming) => readonly Fix[] {
  if (!LANGUAGES.has(language) || text.length > LONGEST) return () => [];
  let lexed: { readonly tokens: readonly Token[]; readonly brackets: readonly Bracket[] } | undefined;
  return (value, naming) => {
    lexed ??= lex(text, language);
    const index = literalAt(lexed.tokens, value);
    if (index < 0) return [];
    const fix = fixOf(lexed.tokens, lexed.brackets[index]!, index, language.startsWith('typescript'), naming);
    return fix === undefined ? [] : [fix];
  };
}

function fixOf(tokens: readonly Token[], bracket: Bracket, index: number, typed: boolean, naming: Naming): Fix | undefined {
  const literal = tokens[index]!;
  const before = tokens[index - 1];
  const next = tokens[index + 1]?.value;
  if (before === undefined || next === 'as' || next === 'satisfies' || next === '+' || next === '.') return undefined;
  if (before.value === '??' || before.value === '||') return withoutFallback(tokens, index, typed);
  const isArgument = bracket === 'call' && (before.value === '(' || before.value === ',') && (next === ',' || next === ')');
  const name = before.value === '=' ? assignedName(tokens, index - 1) : before.value === ':' && bracket === 'object' ? tokens[index - 2] : undefined;
  const variable = name !== undefined ? owned(environmentName(nameIn(name)), naming) : isArgument ? naming.whole : undefined;
  if (variable === undefined) return undefined;
  return {
    title: `Read it from the environment variable ${variable}`,
    kind: 'suggestion',
    change: [{ range: { start: literal.start, end: literal.end }, text: `process.env.${variable}${typed ? '!' : ''}` }],
  };
}

/** Names that say what a secret is for, but not whose it is. */
const SAYS_TOO_LITTLE: ReadonlySet<string> = new Set(['PASSWORD', 'PASS', 'PWD', 'SECRET', 'TOKEN', 'KEY', 'API_KEY', 'APIKEY', 'SECRET_KEY', 'ACCESS_TOKEN', 'AUTH_TOKEN', 'AUTHORIZATION', 'CREDENTIALS', 'URL', 'URI']);

function owned(variable: string | undefined, { owner }: Naming): string | undefined {
  return variable !== undefined && owner !== undefined && SAYS_TOO_LITTLE.has(variable) ? `${owner}_${variable}` : variable;
}

/** `process.env.X ?? "secret"`: without the literal, a missing variable is noticed instead of papered over. */
function withoutFallback(tokens: readonly Token[], index: number, typed: boolean): Fix | undefined {
  const [process, dot, env, dot2, name, operator] = tokens.slice(Math.max(0, index - 6), index);
  if (process?.value !== 'process' || dot?.value !== '.' || env?.value !== 'env' || dot2?.value !== '.' || name?.type !== 'IdentifierName') return undefined;
  if (operator === undefined) return undefined;
  return {
    title: `Drop the fallback and require the environment variable ${name.value}`,
    kind: 'suggestion',
    change: [{ range: { start: name.end, end: tokens[index]!.end }, text: typed ? '!' : '' }],
  };
}

/** The name left of `=`: `x = `, `a.x = `, `a['x'] = `, `const x: string = `, but not `type X = `. */
function assignedName(tokens: readonly Token[], equals: number): Token | undefined {
  let at = equals - 1;
  if (tokens[at]?.value === ']') return tokens[at - 1]?.type === 'StringLiteral' ? tokens[at - 1] : undefined;
  // A type annotation without brackets: `name: string =`, `name?: string | undefined =`.
  for (let back = at; back >= equals - 8 && back > 0; back--) {
    if (tokens[back]!.value !== ':') continue;
    at = back - 1;
    if (tokens[at]?.value === '?' || tokens[at]?.value === '!') at--;
    const simple = tokens.slice(back + 1, equals).every(({ type, value }) => (type === 'IdentifierName' && value !== 'const') || value === '|' || value === '.');
    if (!simple) return undefined;
    break;
  }
  const name = tokens[at];
  if (name === undefined || (name.type !== 'IdentifierName' && name.type !== 'PrivateIdentifier')) return undefined;
  return tokens[at - 1]?.value === 'type' ? undefined : name;
}

function nameIn({ type, value }: Token): string {
  if (type === 'StringLiteral') return value.slice(1, -1);
  return value.replace(/^#/, '');
}

/** Index of the closed string or plain template whose inside is exactly this value; -1 when there is none. */
function literalAt(tokens: readonly Token[], { start, end }: Range): number {
  let low = 0;
  let high = tokens.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (tokens[middle]!.start <= start) low = middle;
    else high = middle - 1;
  }
  const token = tokens[low];
  if (token === undefined || token.start + 1 !== start || token.end - 1 !== end) return -1;
  return token.type === 'StringLiteral' || token.type === 'NoSubstitutionTemplate' ? low : -1;
}

/** Code tokens without space and comments, each with what the innermost bracket around it opens. */
function lex(text: string, language: string): { readonly tokens: readonly Token[]; readonly brackets: readonly Bracket[] } {
  const tokens: Token[] = [];
  const brackets: Bracket[] = [];
  const open: Bracket[] = [];
  let at = 0;
  for (const { type, value } of jsTokens(text, { jsx: language.endsWith('react') } as { jsx: true })) {
    const start = at;
    at += value.length;
    if (type === 'WhiteSpace' || type === 'LineTerminatorSequence' || type === 'SingleLineComment' || type === 'MultiLineComment') continue;
    if (type === 'Punctuator' && (value === '}' || value === ')' || value === ']')) open.pop();
    brackets.push(open.at(-1) ?? 'other');
    if (type === 'Punctuator' && value === '{') open.push(opensObject(tokens, open.at(-1)) ? 'object' : 'other');
    if (type === 'Punctuator' && value === '(') open.push(opensCall(tokens.at(-1)) ? 'call' : 'other');
    if (type === 'TemplateHead' || (type === 'Punctuator' && value === '[')) open.push('other');
    if (type === 'TemplateTail') open.pop();
    tokens.push({ type, value, start, end: at });
  }
  return { tokens, brackets };
}

const BEFORE_OBJECT: ReadonlySet<string> = new Set(['(', ',', '[', 'return', '=>', '??', '||', '&&', '?', 'default', 'await', '...', 'yield']);
/** Words before a bracket that is no call's, or whose argument must stay a literal. */
const NO_CALL: ReadonlySet<string> = new Set(['if', 'while', 'for', 'switch', 'catch', 'import', 'require', 'return', 'typeof', 'function', 'await', 'describe', 'it', 'test']);

/** Whether a `{` after these tokens opens an object literal. */
function opensObject(tokens: readonly Token[], around: Bracket | undefined): boolean {
  const before = tokens.at(-1)?.value;
  if (before === undefined) return false;
  if (before === ':') return around === 'object';
  if (before === '=') return tokens.at(-3)?.value !== 'type' && tokens.at(-2)?.value !== '>';
  return BEFORE_OBJECT.has(before);
}

function opensCall(before: Token | undefined): boolean {
  return before?.type === 'IdentifierName' && !NO_CALL.has(before.value);
}
