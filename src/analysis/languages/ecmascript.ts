/**
 * TypeScript, JavaScript and their JSX, from text to the neutral program. Error tolerant: half-typed code yields what could be read, and says
 * where reading failed. The compiler is loaded on first need only: it costs more than everything else together.
 */
import { digestOfParts, type Digest } from '#core/digest';
import type { TSESTree } from '@typescript-eslint/types';
import type * as TypescriptEstree from '@typescript-eslint/typescript-estree';
import type * as Typescript from 'typescript';
import type { Program } from '../flow/program.ts';
import { lower } from './ecmascript/statements.ts';

export const ECMASCRIPT_LANGUAGES: ReadonlySet<string> = new Set(['typescript', 'typescriptreact', 'javascript', 'javascriptreact']);

export interface Parsed {
  readonly program: Program;
  /** The first syntax error, if any; the program then holds what could still be read. */
  readonly error?: { readonly start: number; readonly message: string };
}

type Compiler = typeof Typescript;
type Estree = typeof TypescriptEstree;
let loading: Promise<{ readonly compiler: Compiler; readonly estree: Estree }> | undefined;

async function load(): Promise<{ readonly compiler: Compiler; readonly estree: Estree }> {
  const [compiler, estree] = await Promise.all([import('typescript'), import('@typescript-eslint/typescript-estree')]);
  return { compiler: own(compiler), estree: own(estree) };
}

/** What a CommonJS module exports: a bundler, unlike Node, hands out its default alone. */
function own<T extends object>(module: T): T {
  return (module as { default?: T }).default ?? module;
}

/** Trees of texts that others import, newest last: one file is imported by many. */
const trees = new Map<Digest, { readonly ast: TSESTree.Program; readonly size: number }>();
/** UTF-16 units of their texts: a tree takes some fifty times its text. */
const MAX_TREES = 300_000;
let treesSize = 0;

/** Parses and lowers a text that stands at `base` among others; its tree is kept for the next text that imports it. */
export async function parseImported(text: string, language: string, base: number): Promise<Program> {
  const key = digestOfParts([language, text]);
  const tree = trees.get(key) ?? (await readTree(text, language));
  if (trees.delete(key)) treesSize -= text.length;
  trees.set(key, { ...tree, size: text.length });
  treesSize += text.length;
  for (const [oldest, { size }] of trees) {
    if (treesSize <= MAX_TREES || oldest === key) break;
    trees.delete(oldest);
    treesSize -= size;
  }
  return lower(tree.ast, base);
}

/** Parses and lowers. Rejects only when the parser itself breaks on the text. */
export async function parseEcmascript(text: string, language: string): Promise<Parsed> {
  const { ast, error } = await readTree(text, language);
  return { program: lower(ast), ...(error && { error }) };
}

/** Resolves when the compiler is there: the first time that takes longer than most texts. */
export async function compilerReady(): Promise<void> {
  await (loading ??= load());
}

async function readTree(text: string, language: string): Promise<{ readonly ast: TSESTree.Program; readonly error?: Parsed['error'] }> {
  const { compiler, estree } = await (loading ??= load());
  const kind = language.endsWith('react') || language === 'javascript' ? compiler.ScriptKind.TSX : compiler.ScriptKind.TS;
  // The converter refuses any text with a diagnostic; handing it a tree whose diagnostics were taken off keeps what the compiler recovered.
  const options = { languageVersion: compiler.ScriptTarget.Latest, jsDocParsingMode: compiler.JSDocParsingMode.ParseNone };
  const tree = compiler.createSourceFile(kind === compiler.ScriptKind.TSX ? 'text.tsx' : 'text.ts', text, options, true, kind) as ReturnType<Compiler['createSourceFile']> & { parseDiagnostics: { start: number; messageText: string | { messageText: string } }[] };
  const first = tree.parseDiagnostics[0];
  tree.parseDiagnostics = [];
  const ast = estree.parse(tree as unknown as string, { range: true, loc: true, allowInvalidAST: true, suppressDeprecatedPropertyWarnings: true });
  if (first === undefined) return { ast };
  return { ast, error: { start: first.start, message: typeof first.messageText === 'string' ? first.messageText : first.messageText.messageText } };
}
