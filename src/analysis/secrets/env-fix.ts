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

/** Says what fix a value in this text can have. Lexes the text at most once, and only when asked. */
export function fixerFor(text: string, language: string): (value: Range) => readonly Fix[] {
  if (!LANGUAGES.has(language) || text.length > LONGEST) return () => [];
  let lexed: { readonly tokens: readonly Token[]; readonly objects: readonly boolean[] } | undefined;
  return (value) => {
    lexed ??= lex(text, language);
    const index = literalAt(lexed.tokens, value);
    if (index < 0) return [];
    const fix = fixOf(lexed.tokens, lexed.objects[index]!, index, language.startsWith('typescript'));
    return fix === undefined ? [] : [fix];
  };
}

function fixOf(tokens: readonly Token[], inObject: boolean, index: number, typed: boolean): Fix | undefined {
  const literal = tokens[index]!;
  const before = tokens[index - 1];
  const next = tokens[index + 1]?.value;
  if (before === undefined || next === 'as' || next === 'satisfies' || next === '+' || next === '.') return undefined;
  if (before.value === '??' || before.value === '||') return withoutFallback(tokens, index, typed);
  const name = before.value === '=' ? assignedName(tokens, index - 1) : before.value === ':' && inObject ? tokens[index - 2] : undefined;
  const variable = name === undefined ? undefined : environmentName(nameIn(name));
  if (variable === undefined) return undefined;
  return {
    title: `Read it from the environment variable ${variable}`,
    kind: 'suggestion',
    change: [{ range: { start: literal.start, end: literal.end }, text: `process.env.${variable}${typed ? '!' : ''}` }],
  };
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

/** Code tokens without space and comments, each with whether the innermost bracket around it opens an object literal. */
function lex(text: string, language: string): { readonly tokens: readonly Token[]; readonly objects: readonly boolean[] } {
  const tokens: Token[] = [];
  const objects: boolean[] = [];
  const open: boolean[] = [];
  let at = 0;
  for (const { type, value } of jsTokens(text, { jsx: language.endsWith('react') } as { jsx: true })) {
    const start = at;
    at += value.length;
    if (type === 'WhiteSpace' || type === 'LineTerminatorSequence' || type === 'SingleLineComment' || type === 'MultiLineComment') continue;
    if (type === 'Punctuator' && (value === '}' || value === ')' || value === ']')) open.pop();
    objects.push(open.at(-1) ?? false);
    if (type === 'Punctuator' && (value === '{' || value === '(' || value === '[')) open.push(value === '{' && opensObject(tokens, open.at(-1) ?? false));
    if (type === 'TemplateHead') open.push(false);
    if (type === 'TemplateTail') open.pop();
    tokens.push({ type, value, start, end: at });
  }
  return { tokens, objects };
}

const BEFORE_OBJECT: ReadonlySet<string> = new Set(['(', ',', '[', 'return', '=>', '??', '||', '&&', '?', 'default', 'await', '...', 'yield']);

/** Whether a `{` after these tokens opens an object literal. In doubt it does not: then no fix is offered. */
function opensObject(tokens: readonly Token[], inObject: boolean): boolean {
  const before = tokens.at(-1)?.value;
  if (before === undefined) return false;
  if (before === ':') return inObject;
  if (before === '=') return tokens.at(-3)?.value !== 'type' && tokens.at(-2)?.value !== '>';
  return BEFORE_OBJECT.has(before);
}
