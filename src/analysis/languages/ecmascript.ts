/**
 * TypeScript, JavaScript and their JSX, from text to the neutral program. Error tolerant: half-typed code yields what could be read, and says
 * where reading failed. The compiler is loaded on first need only: it costs more than everything else together.
 */
import type * as Estree from '@typescript-eslint/typescript-estree';
import type * as Compiler from 'typescript';
import type { Program } from '../flow/program.ts';
import { lower } from './ecmascript/statements.ts';

export const ECMASCRIPT_LANGUAGES: ReadonlySet<string> = new Set(['typescript', 'typescriptreact', 'javascript', 'javascriptreact']);

export interface Parsed {
  readonly program: Program;
  /** The first syntax error, if any; the program then holds what could still be read. */
  readonly error?: { readonly start: number; readonly message: string };
}

interface Tools {
  readonly compiler: typeof Compiler;
  readonly estree: typeof Estree;
}
let loading: Promise<Tools> | undefined;

async function load(): Promise<Tools> {
  const [compiler, estree] = await Promise.all([import('typescript'), import('@typescript-eslint/typescript-estree')]);
  // Node hands a CommonJS module over under `default`, a bundle may not.
  return { compiler: 'default' in compiler ? (compiler.default as typeof Compiler) : compiler, estree };
}

/** Parses and lowers. Rejects only when the parser itself breaks on the text. */
export async function parseEcmascript(text: string, language: string): Promise<Parsed> {
  const { compiler, estree } = await (loading ??= load());
  const kind = language.endsWith('react') || language === 'javascript' ? compiler.ScriptKind.TSX : compiler.ScriptKind.TS;
  // The converter refuses any text with a diagnostic; handing it a tree whose diagnostics were taken off keeps what the compiler recovered.
  const options = { languageVersion: compiler.ScriptTarget.Latest, jsDocParsingMode: compiler.JSDocParsingMode.ParseNone };
  const tree = compiler.createSourceFile(kind === compiler.ScriptKind.TSX ? 'text.tsx' : 'text.ts', text, options, true, kind) as Compiler.SourceFile & { parseDiagnostics: { start: number; messageText: string | { messageText: string } }[] };
  const first = tree.parseDiagnostics[0];
  tree.parseDiagnostics = [];
  const ast = estree.parse(tree as unknown as string, { range: true, loc: true, allowInvalidAST: true, suppressDeprecatedPropertyWarnings: true });
  const program = lower(ast);
  if (first === undefined) return { program };
  return { program, error: { start: first.start, message: typeof first.messageText === 'string' ? first.messageText : first.messageText.messageText } };
}
